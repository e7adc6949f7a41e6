#include "app/debezium_offsets.hpp"
#include "app/reader.hpp"
#include "telemetry/log.hpp"

#include <utility>
#include <variant>

/// The position at the start: our own, or that of the Debezium which had the slot before.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

template <class Message>
bool is(const postgres::pgoutput_message& message) noexcept {
  return std::holds_alternative<Message>(message);
}

bool is_change(const postgres::pgoutput_message& message) noexcept {
  if (const auto* logical = std::get_if<postgres::logical_message>(&message))
    return logical->transactional;
  return is<postgres::insert_message>(message) || is<postgres::update_message>(message) ||
         is<postgres::delete_message>(message) || is<postgres::truncate_message>(message);
}

/// An update of the key: a delete, a tombstone and a create, of which not all may have been sent.
bool makes_several(const postgres::pgoutput_message& message) noexcept {
  const auto* const update = std::get_if<postgres::update_message>(&message);
  return update != nullptr && update->old_kind == postgres::old_row_kind::key;
}

}  // namespace

void reader::load_position() {
  if (how_.offsets_file.empty()) return;
  auto found = load_offsets(how_.offsets_file);
  if (!found) found = take_over(how_.debezium_offsets_file, how_.debezium_key, how_.slot);
  if (!found) return;
  offsets_ = *found;
  offsets_found_ = true;
  taking_over_ = offsets_.system_id == 0 && offsets_.snapshot_completed;
}

/// At the first connection with a position of Debezium's.
void reader::check_takeover(const postgres::slot_state& slot,
                            const postgres::system_identity& who) {
  if (!std::exchange(taking_over_, false)) return;
  if (offsets_.durable > who.flushed) {
    log(level::warning,
        "run",
        "Debezium stopped at {}, but the server's log ends at {}: its position is of another "
        "database cluster, and does not count here",
        to_string(offsets_.durable),
        to_string(who.flushed));
    offsets_.durable = offsets_.within_after = {};
  } else if (slot.confirmed_flush > offsets_.durable) {
    log(level::warning,
        "run",
        "Debezium stopped at {}, but slot \"{}\" is at {}: somebody else has read the changes "
        "between, and they do not come again",
        to_string(offsets_.durable),
        how_.slot,
        to_string(slot.confirmed_flush));
  } else {
    log(level::info, "run", "taking over from Debezium at {}", to_string(offsets_.durable));
  }
  store_offsets();
}

/// Only while nothing was read since the position: it is the next transaction that Debezium had
/// begun.
void reader::arm_resume_filter(lsn position) {
  resume_.reset();
  if (!offsets_.within_after || position != offsets_.durable) return;
  resume_.emplace(offsets_.within_after);
}

/// Whether Debezium sent the message before us.
postgres::outcome<bool> reader::sent_before(const postgres::pgoutput_message& message,
                                            const postgres::xlog_data& at) {
  using verdict = debezium::resume_filter::verdict;
  auto answer = verdict::pass;
  if (const auto* begin = std::get_if<postgres::begin_message>(&message)) {
    resume_->begin(begin->final_lsn);
  } else if (is<postgres::commit_message>(message)) {
    resume_->end();
  } else if (is_change(message)) {
    answer = resume_->change(at.start, at.payload, makes_several(message));
  }
  if (answer == verdict::pass_with_held) {
    postgres::pgoutput_decoder again;  // `message` points into the other one
    const auto held = again.decode(resume_->held());
    const auto applied = held ? translator_.apply(*held, at) : held.error();
    if (!applied) return postgres::make_failure(applied.error(), "a change cannot be read again");
    if (auto passed = pass_on(); !passed) return std::move(passed).error();
  }
  if (resume_->done()) {
    log(level::info,
        "run",
        "{} changes of a transaction that Debezium had begun to send are left out",
        resume_->skipped_count());
    resumed_transaction_ = resume_->transaction();
    resume_.reset();
  }
  return answer == verdict::skip;
}

/// What Debezium had sent of a transaction need not be known once that is durable.
void reader::forget_takeover() {
  if (!resumed_transaction_ || offsets_.durable <= resumed_transaction_) return;
  offsets_.within_after = resumed_transaction_ = {};
}

}  // namespace tidewire::app
