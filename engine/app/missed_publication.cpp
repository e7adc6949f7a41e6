#include "app/missed_publication.hpp"

#include <fmt/format.h>

namespace tidewire::app {

void missed_publication::ended(lsn read_to) noexcept {
  count_ = count_ > 0 && read_to == read_to_ ? count_ + 1 : 1;
  read_to_ = read_to;
}

std::string meaning_of_missed_publication(std::string_view slot, lsn read_to) {
  return fmt::format(
      "; it exists now, but did not when the log behind {} was written, and the server reads the "
      "log with the catalogue of its time: waiting will not help. Stop the engine, then either "
      "drop the slot (SELECT pg_drop_replication_slot('{}')), and the next start makes a new one "
      "and, unless snapshot.mode forbids it, a snapshot, which brings every row up to date but "
      "cannot tell of deleted ones; or move it behind that place (SELECT "
      "pg_replication_slot_advance('{}', pg_current_wal_lsn())), and the changes until there are "
      "lost",
      to_string(read_to),
      slot,
      slot);
}

}  // namespace tidewire::app
