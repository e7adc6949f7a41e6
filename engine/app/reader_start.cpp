#include "app/reader.hpp"
#include "postgres/slot.hpp"
#include "postgres/slot_claim.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <utility>

/// Where a session begins: at a new slot, at the slot's own position, or behind a new snapshot.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

std::string borrowed_slot(const postgres::connection& replication) {
  return "tidewire_snapshot_" + std::to_string(replication.backend_pid());
}

/// A temporary slot, made for its exported snapshot: reading that and then streaming from the old
/// slot, but only what was committed after the new one's starting point, leaves no gap and repeats
/// nothing.
postgres::call<postgres::created_slot> borrow_snapshot(postgres::connection& replication,
                                                       const std::string& name) {
  auto rows =
      co_await replication.query("CREATE_REPLICATION_SLOT " + postgres::quote_identifier(name) +
                                 " TEMPORARY LOGICAL \"pgoutput\" EXPORT_SNAPSHOT");
  if (!rows) co_return std::move(rows).error();
  // slot_name, consistent_point, snapshot_name, output_plugin
  const auto point = rows->empty() ? std::nullopt : parse_lsn(rows->text(0, 1));
  if (!point) {
    co_return postgres::make_failure(
        postgres::errc::unexpected_answer,
        "CREATE_REPLICATION_SLOT answered something that is not in the protocol's manual");
  }
  co_return postgres::created_slot{.consistent_point = *point,
                                   .snapshot = std::string(rows->text(0, 2))};
}

}  // namespace

postgres::call<reader::beginning> reader::choose_beginning(postgres::system_identity who) {
  const bool other_cluster = offsets_.system_id != 0 && offsets_.system_id != who.system_id;
  if (offsets_found_ && !offsets_checked_ && (other_cluster || offsets_.slot != how_.slot)) {
    log(level::warning,
        "run",
        "the position in {} is of another {}; it does not count here",
        how_.offsets_file,
        offsets_.slot != how_.slot ? "slot" : "database cluster");
    offsets_ = {};
    taking_over_ = false;
    if (signals_) signals_->progress.stop();
  }
  offsets_checked_ = true;  // from here on they are of this run
  const bool had_position = offsets_.snapshot_completed;
  offsets_.system_id = who.system_id;
  offsets_.slot = how_.slot;

  if (how_.snapshot == snapshot_mode::initial_only)
    co_return beginning{.snapshot = !snapshot_completed()};
  if (auto ours = co_await postgres::claim_slot(*link_, how_.slot); !ours)
    co_return std::move(ours).error();
  const auto slot = co_await postgres::find_slot(*catalog_, how_.slot);
  if (!slot) co_return slot.error();
  if (!slot->has_value()) {
    timeline_ = offsets_.timeline = who.timeline;
    co_return co_await begin_with_new_slot(had_position || snapshot_taken_);
  }
  co_return co_await begin_with_slot(**slot, who);
}

postgres::call<reader::beginning> reader::begin_with_new_slot(bool had_position) {
  const bool snapshot = how_.snapshot != snapshot_mode::never;
  if (how_.failover_slot && link_->server_version() < postgres::failover_version_min)
    log(level::warning,
        "run",
        "slot.failover has no effect: the server's version is {}, and failover slots came with 17",
        link_->server_version() / 10'000);
  auto made = co_await postgres::create_slot(*link_, how_.slot, how_.failover_slot);
  if (!made) co_return std::move(made).error();
  if (had_position && snapshot) {
    log(level::warning,
        "run",
        "replication slot \"{}\" is gone, and with it the changes after {}; a new snapshot brings "
        "every row up to date, but rows that were "
        "deleted meanwhile cannot be told",
        how_.slot,
        to_string(offsets_.durable));
  } else if (had_position) {
    log(level::error,
        "run",
        "replication slot \"{}\" is gone, and with it the changes between {} and {}: they are "
        "lost, as snapshot.mode=never forbids a new "
        "snapshot",
        how_.slot,
        to_string(offsets_.durable),
        to_string(made->consistent_point));
  } else {
    log(level::info,
        "run",
        "made replication slot \"{}\" at {}",
        how_.slot,
        to_string(made->consistent_point));
  }
  co_await forget_positions_beyond(made->consistent_point);
  snapshot_taken_ = false;
  offsets_found_ = true;
  offsets_.snapshot_completed = !snapshot;
  forget_ledger();
  offsets_.durable = offsets_.within_after = {};
  taking_over_ = false;
  store_offsets();
  co_return beginning{.snapshot = snapshot,
                      .exported = std::move(made->snapshot),
                      .position = made->consistent_point};
}

/// Of another server, whose log is shorter: they mean nothing on this one.
asio::awaitable<void> reader::forget_positions_beyond(lsn end) {
  if (std::max(out_->commit_end(), out_->durable()) <= end) co_return;
  out_->seal();
  while (!out_->idle() && !stopping_) co_await room_.wait();
  if (!stopping_) out_->restart(end);
}

/// Positions mean the same only on the same server, or one that has followed all of its log. Where
/// that cannot be known, the slot's position is the truth: what was read beyond it comes again.
postgres::call<postgres::nothing> reader::judge_history(const postgres::slot_state& slot,
                                                        const postgres::system_identity& who) {
  const lsn read = std::max({out_->commit_end(), out_->durable(), offsets_.durable});
  const bool reconnected = timeline_ != 0;
  if (!reconnected) {
    judge_saved_position(slot, who);
  } else if (read > slot.confirmed_flush && (who.timeline != timeline_ || read > who.flushed)) {
    log(level::warning,
        "run",
        "the server is on timeline {} and its log ends at {}; before, it was timeline {}, read up "
        "to {}. Changes after {} are read again; those that this server never had were sent all "
        "the same",
        who.timeline,
        to_string(who.flushed),
        timeline_,
        to_string(read),
        to_string(slot.confirmed_flush));
    out_->seal();
    while (!out_->idle() && !stopping_) co_await room_.wait();
    if (stopping_) co_return nothing{};
    out_->restart(slot.confirmed_flush);
    offsets_.durable = slot.confirmed_flush;
    offsets_.within_after = {};
  } else if (slot.confirmed_flush > read) {
    log(level::error,
        "run",
        "somebody else moved replication slot \"{}\" from {} to {}: the changes between were not "
        "read here and are unknown. To bring every row up to date, stop, drop the slot and start "
        "again, which takes a new snapshot; rows deleted meanwhile cannot be told",
        how_.slot,
        to_string(read),
        to_string(slot.confirmed_flush));
  }
  timeline_ = offsets_.timeline = who.timeline;
  co_return nothing{};
}

/// At the first connection: what the file says, against what the server says.
void reader::judge_saved_position(const postgres::slot_state& slot,
                                  const postgres::system_identity& who) {
  const bool other = offsets_.timeline != 0 && offsets_.timeline != who.timeline;
  if (offsets_.durable > slot.confirmed_flush && (other || offsets_.durable > who.flushed)) {
    log(level::warning,
        "run",
        "the position {} in {} is of another history of this cluster (now timeline {}, its log "
        "ends at {}); going on from the slot's position {}",
        to_string(offsets_.durable),
        how_.offsets_file,
        who.timeline,
        to_string(who.flushed),
        to_string(slot.confirmed_flush));
    offsets_.durable = slot.confirmed_flush;
    offsets_.within_after = {};
  } else if (offsets_.durable && slot.confirmed_flush > offsets_.durable) {
    // After a crash the file is older than the last confirmation, and nothing is missing. Nobody
    // can tell that from another reader of the slot, so it is said.
    log(level::warning,
        "run",
        "replication slot \"{}\" stands at {}, the last saved position is {}: after a crash that "
        "is "
        "what was confirmed since; if something else has read the slot meanwhile, the changes "
        "between are unknown here, and a new snapshot (drop the slot) brings every row up to date",
        how_.slot,
        to_string(slot.confirmed_flush),
        to_string(offsets_.durable));
  }
}

postgres::call<reader::beginning> reader::begin_with_slot(const postgres::slot_state& slot,
                                                          const postgres::system_identity& who) {
  if (auto usable = postgres::check_slot(slot, how_.database.dbname); !usable)
    co_return std::move(usable).error();
  const bool due = how_.snapshot == snapshot_mode::always
                       ? !snapshot_taken_
                       : how_.snapshot != snapshot_mode::never && !snapshot_completed();
  if (due) {
    std::string name = borrowed_slot(*link_);
    auto borrowed = co_await borrow_snapshot(*link_, name);
    if (!borrowed) co_return std::move(borrowed).error();
    beginning from{.snapshot = true,
                   .exported = std::move(borrowed->snapshot),
                   .position = borrowed->consistent_point,
                   .borrowed = std::move(name)};
    if (!may_go_on(who)) {
      co_await forget_positions_beyond(from.position);
      co_return from;
    }
    reached_stream_ = true;  // what the rest is refused may be granted, as for a first snapshot
    if (auto ready = co_await prepare_rest(from); !ready) co_return std::move(ready).error();
    if (auto given = co_await give_back_snapshot(from); !given) co_return std::move(given).error();
  }
  check_takeover(slot, who);
  if (auto judged = co_await judge_history(slot, who); !judged) co_return std::move(judged).error();
  // What was read before the connection broke is on its way; what a file knows to be durable beyond
  // the slot's position need not come again.
  const lsn position = std::max({slot.confirmed_flush, out_->commit_end(), offsets_.durable});
  if (offsets_.durable && out_->commit_end() == lsn{}) translator_.resume_after(offsets_.durable);
  arm_resume_filter(position);
  co_return beginning{.position = position};
}

/// The temporary slot would hold the log as long as the connection lives, which streams from now
/// on.
postgres::call<postgres::nothing> reader::give_back_snapshot(const beginning& from) {
  if (from.borrowed.empty()) co_return nothing{};
  auto dropped =
      co_await link_->query("DROP_REPLICATION_SLOT " + postgres::quote_identifier(from.borrowed));
  if (!dropped) co_return std::move(dropped).error();
  co_return nothing{};
}

}  // namespace tidewire::app
