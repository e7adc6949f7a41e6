#include "app/reader.hpp"
#include "postgres/catalog.hpp"
#include "postgres/publication.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <utility>
#include <variant>

/// A first snapshot that was broken off goes on: docs/decisions/0011-unfinished-snapshots.md.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

/// Saving waits for the disk; much can be read again in a minute, the usual interval.
constexpr std::chrono::milliseconds ledger_interval{1000};

}  // namespace

bool reader::records_snapshot() const noexcept {
  return how_.snapshot_resume && how_.snapshot == snapshot_mode::initial;
}

/// Whether what the ledger has counts. It does not for rows that looked different, nor for those of
/// a history that the server does not have.
bool reader::may_go_on(const postgres::system_identity& who) {
  const lsn read = std::max({out_->commit_end(), out_->durable(), offsets_.durable});
  const bool same_history =
      (offsets_.timeline == 0 || offsets_.timeline == who.timeline) && read <= who.flushed;
  const bool same_events = offsets_.snapshot.configuration == how_.snapshot_configuration;
  if (records_snapshot() && !offsets_.snapshot.empty() && same_history && same_events) return true;
  if (records_snapshot() && !offsets_.snapshot.empty())
    log(level::info,
        "run",
        "the snapshot that was broken off begins anew: {}",
        same_events ? "the server has another history" : "its properties were changed");
  forget_ledger();
  timeline_ = offsets_.timeline = who.timeline;
  return false;
}

/// Reads nothing yet: the rows show a later moment than what is at the sink, which the changes
/// between must reach first.
postgres::call<postgres::nothing> reader::prepare_rest(const beginning& from) {
  const std::size_t whole = offsets_.snapshot.whole_count();
  auto ready = co_await prepare_snapshot(first_snapshot(from));
  if (!ready) co_return std::move(ready).error();
  rest_ = std::move(*ready);
  log(failures_ > 1 ? level::debug : level::info,  // tried again: once is told
      "run",
      "the snapshot that was broken off goes on: {} tables are whole, of {} the rest is read when "
      "the changes up to {} have come (tidewire.snapshot.resume)",
      whole,
      rest_->tables.size(),
      to_string(from.position));
  co_return nothing{};
}

/// Captured tables of which the stream tells nothing, being unlogged or in no publication: what was
/// read of them stays as it was then.
postgres::call<std::set<oid>> reader::untold_tables(postgres::connection& database) {
  const auto captured = co_await postgres::list_tables(database, how_.capture.captured);
  if (!captured) co_return captured.error();
  const auto published = co_await postgres::published_tables(database, how_.publication.name);
  if (!published) co_return published.error();
  std::set<oid> untold;
  for (const auto& table : *captured) {
    if (table.partitioned || table.partition) continue;  // published under either name
    if (std::ranges::find(*published, table.name) == published->end()) untold.insert(table.id);
  }
  co_return untold;
}

/// Whether the message is the first one of which the snapshot does not show what it says. Without
/// any, a keepalive tells that the log was read so far.
bool reader::reaches_rest(const postgres::pgoutput_message& message) const noexcept {
  const auto* const begin = std::get_if<postgres::begin_message>(&message);
  return rest_ && begin != nullptr && begin->final_lsn >= rest_->rows->position().position;
}

postgres::call<postgres::nothing> reader::read_rest() {
  // Keyless rows of the snapshot stand in no order, those of the stream do.
  if (!co_await all_arrived()) co_return nothing{};
  const auto rest = std::move(rest_);
  status_.phase = reader_phase::snapshot;
  if (auto told = co_await tell_snapshot("STARTED"); !told) co_return told;
  auto sent = co_await send_snapshot(*rest);
  if (sent && !stopping_) sent = co_await complete_snapshot(rest->rows->position().position);
  status_.phase = reader_phase::streaming;
  translator_.tick();
  co_return sent;
}

void reader::forget_ledger() {
  offsets_.snapshot = {};
  parts_.clear();
}

/// Before the first row goes out: whatever comes of the snapshot, a change or deletion of that row
/// is to follow it.
void reader::begin_ledger(const prepared_snapshot& ready) {
  parts_as_of_ = ready.rows->position().position;
  offsets_.snapshot.configuration = how_.snapshot_configuration;
  const auto& readings = ready.rows->readings();
  for (std::size_t i = 0; i < ready.tables.size(); ++i) {
    const oid table = ready.tables[i];
    if (ready.untold.contains(table))
      offsets_.snapshot.forget(table);
    else
      offsets_.snapshot.begin(table, readings[i].filenode, readings[i].goes_on);
  }
  store_offsets();
}

/// All rows of a piece that the session calls finished have gone to the outlet.
void reader::note_parts(prepared_snapshot& of) {
  if (!of.recorded) return;
  postgres::snapshot_piece piece;
  while (of.rows->next_finished(piece)) {
    out_->seal();
    parts_.push_back({.seal = out_->last_sealed(),
                      .table = of.tables[piece.table],
                      .pages = {.page_begin = piece.page_begin,
                                .page_end = piece.page_end,
                                .horizon = of.rows->position().horizon}});
  }
}

void reader::collect_parts() {
  bool any = false;
  for (; !parts_.empty() && out_->has_passed(parts_.front().seal); parts_.pop_front()) {
    offsets_.snapshot.add(parts_.front().table, parts_.front().pages);
    any = true;
  }
  if (!any) return;
  // Everything before that moment is at the sink, by the stream or by the snapshot.
  offsets_.durable = std::max(offsets_.durable, parts_as_of_);
  offsets_dirty_ = true;
  next_save_ = std::min(next_save_, clock::now() + ledger_interval);
}

}  // namespace tidewire::app
