#include "debezium/resume_point.hpp"

namespace tidewire::debezium {
namespace {

enum class last_sent { transaction, change, lone_message };

/// What stands at `processed`. A transaction's end is where the next record begins, so the position
/// alone does not tell a commit from a change; but after a commit `lsn` is still that of the last
/// change before it.
last_sent what_was_sent(const connector_position& position, lsn processed) {
  const std::string& type = position.message_type;
  if (type == "BEGIN" || type == "COMMIT") return last_sent::transaction;
  if (processed != position.commit) return last_sent::change;
  if (position.at != processed) return last_sent::transaction;
  // A message outside of transactions counts as a commit of its own.
  if (type == "MESSAGE") return last_sent::lone_message;
  // Older versions wrote no type: rather a change twice than never.
  return type.empty() ? last_sent::transaction : last_sent::change;
}

}  // namespace

resume_point resume_from(const connector_position& position) {
  resume_point point;
  point.snapshot_completed = !position.snapshot || position.last_snapshot_record;
  if (!point.snapshot_completed) return point;
  const auto processed = position.processed ? position.processed : position.at;
  // Before the first commit Debezium filters nothing: it takes all that the server sends from here.
  point.position = position.commit ? *position.commit : processed.value_or(lsn{});
  if (!position.commit || !processed) return point;
  switch (what_was_sent(position, *processed)) {
    case last_sent::transaction:
      break;
    case last_sent::change:
      point.within_after = *processed;
      break;
    case last_sent::lone_message:
      point.position = {processed->value + 1};  // the server leaves out records that begin before
      break;
  }
  return point;
}

}  // namespace tidewire::debezium
