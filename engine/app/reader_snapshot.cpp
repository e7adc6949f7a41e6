#include "app/reader.hpp"
#include "postgres/catalog.hpp"
#include "postgres/snapshot_order.hpp"
#include "signals/table_choice.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/post.hpp>

#include <string>
#include <utility>
#include <vector>

/// The snapshot: the rows of every captured table as they were at one position, as events with op
/// r.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

/// A fast server never lets the reader wait; after so many rows the other coroutines of the thread
/// get their turn.
constexpr std::uint64_t rows_per_turn = 1024;

event::snapshot_marker marker_of(postgres::row_marker m) noexcept {
  switch (m) {
    case postgres::row_marker::first:
      return event::snapshot_marker::first;
    case postgres::row_marker::first_in_collection:
      return event::snapshot_marker::first_in_data_collection;
    case postgres::row_marker::last_in_collection:
      return event::snapshot_marker::last_in_data_collection;
    case postgres::row_marker::last:
      return event::snapshot_marker::last;
    case postgres::row_marker::middle:
      break;
  }
  return event::snapshot_marker::within;
}

/// Of the usual block size; with another one the pieces are smaller or larger.
constexpr std::uint64_t page_bytes = 8192;

/// A statement that came with a signal would be refused again, also after the next connection.
bool refuses_for_good(const postgres::failure& why) {
  return !why.sqlstate.empty() &&
         (why.what == postgres::remedy::none || why.sqlstate.starts_with("42"));
}

/// The wanted tables with their columns, in the order in which they are read.
postgres::call<std::vector<postgres::table>> tables_to_read(postgres::connection& database,
                                                            const capture_options& capture,
                                                            postgres::table_filter wanted) {
  const auto found = co_await postgres::list_tables(database, std::move(wanted));
  if (!found) co_return found.error();
  std::vector<postgres::table_name> names;
  for (const auto& one : *found) names.push_back(one.name);
  std::vector<oid> ids;
  for (const auto& name : postgres::snapshot_order(std::move(names), capture.snapshot_patterns))
    for (const auto& one : *found)
      if (one.name == name) ids.push_back(one.id);
  co_return co_await postgres::describe_tables(database, std::move(ids));
}

std::string select_from(const postgres::table& table, std::string_view statement) {
  if (statement.empty()) return {};
  std::vector<std::string> columns;
  for (const auto& column : table.columns) columns.push_back(column.name);
  return override_select(columns, statement);
}

}  // namespace

postgres::call<postgres::nothing> reader::read_snapshot(beginning from) {
  status_.phase = reader_phase::snapshot;
  co_await pause(how_.snapshot_delay);
  // Rows of one that was broken off may be on their way, in no order, and are read again.
  out_->seal();
  while (!out_->idle() && !stopping_) co_await room_.wait();
  if (stopping_) co_return nothing{};
  if (records_snapshot()) offsets_.durable = from.position;  // what came before is in the snapshot
  auto taken = co_await take_snapshot(first_snapshot(from));
  if (!taken || stopping_) co_return taken;
  co_return co_await complete_snapshot(from.position);
}

reader::snapshot_task reader::first_snapshot(const beginning& from) {
  snapshot_task what{.exported = from.exported, .position = from.position};
  what.recorded = records_snapshot();
  what.wanted = [this](std::string_view schema, std::string_view table) {
    return how_.capture.captured(schema, table) && how_.capture.snapshotted(schema, table);
  };
  what.select = [this](const postgres::table& table) {
    const auto found = how_.snapshot_selects.find(table.schema + "." + table.name);
    return found == how_.snapshot_selects.end() ? std::string() : found->second;
  };
  return what;
}

/// All rows were read. \param position the moment that they show.
postgres::call<postgres::nothing> reader::complete_snapshot(lsn position) {
  out_->seal();
  while (!out_->idle() && !stopping_) co_await room_.wait();
  if (!out_->idle()) co_return nothing{};  // stopped: the next start reads what is not here
  rows_unordered_ = false;
  snapshot_taken_ = true;
  offsets_.snapshot_completed = true;
  forget_ledger();
  offsets_.durable = std::max(offsets_.durable, position);
  offsets_.within_after = {};
  taking_over_ = false;
  store_offsets();
  failures_ = 0;
  co_return nothing{};
}

/// A blocking snapshot, asked for by a signal: the stream waits meanwhile. What the server refuses
/// is said, and the stream goes on.
postgres::call<postgres::nothing> reader::read_on_demand() {
  // Keyless rows of the snapshot stand in no order, those of the stream do.
  if (!co_await all_arrived()) co_return nothing{};
  const signals::start_snapshot asked = *signals_->blocking;
  snapshot_task what;
  what.wanted = [&](std::string_view schema, std::string_view table) {
    return how_.capture.captured(schema, table) &&
           signals::wants_table(asked.tables, std::string(schema) + "." + std::string(table));
  };
  what.select = [&](const postgres::table& table) {
    const postgres::table_name name{.schema = table.schema, .name = table.name};
    const std::string filter = signals::filter_of(asked.conditions, to_string(name));
    return filter.empty() ? std::string() : signals::statement_of(filter, name);
  };
  status_.phase = reader_phase::snapshot;
  auto taken = co_await take_snapshot(std::move(what));
  out_->seal();
  if (rows_unordered_ && co_await all_arrived()) rows_unordered_ = false;
  status_.phase = reader_phase::streaming;
  translator_.tick();
  if (stopping_) co_return nothing{};
  if (!taken && !refuses_for_good(taken.error())) co_return taken;
  if (!taken)
    log(level::error, "signal", "the blocking snapshot failed: {}", describe(taken.error()));
  signals_->obeyed(signals_->at);
  signals_->blocking.reset();
  co_return nothing{};
}

postgres::call<postgres::nothing> reader::tell_snapshot(std::string type) {
  co_return co_await notify(
      "Initial Snapshot", std::move(type), notification_details(), std::string());
}

postgres::call<postgres::nothing> reader::tell_tables_begun(const snapshot_count& count) {
  for (const std::string& table : count.tables) {
    notification_details details = {{"current_collection_in_progress", table},
                                    {"data_collections", count.all}};
    auto told =
        co_await notify("Initial Snapshot", "IN_PROGRESS", std::move(details), std::string());
    if (!told) co_return told;
  }
  co_return nothing{};
}

/// Of those in [begin, end) that were not told yet.
postgres::call<postgres::nothing> reader::tell_tables_read(snapshot_count& count,
                                                           std::size_t begin,
                                                           std::size_t end) {
  for (std::size_t table = begin; table < end; ++table) {
    if (count.told[table]) continue;
    count.told[table] = true;
    --status_.snapshot_tables_left;
    if (!how_.notifications.any()) continue;
    notification_details details = {{"scanned_collection", count.tables[table]},
                                    {"status", "SUCCEEDED"},
                                    {"total_rows_scanned", std::to_string(count.rows[table])},
                                    {"data_collections", count.all}};
    auto told = co_await notify(
        "Initial Snapshot", "TABLE_SCAN_COMPLETED", std::move(details), std::string());
    if (!told) co_return told;
  }
  co_return nothing{};
}

/// The tables whose end is known by this row, the next.
postgres::call<postgres::nothing> reader::tell_tables_read(snapshot_count& count,
                                                           const postgres::snapshot_row& row) {
  if (!count.in_order) co_return co_await tell_tables_read(count, row.table, row.table + 1);
  const std::size_t begin = count.passed;
  count.passed = count.read_by(row);
  co_return co_await tell_tables_read(count, begin, count.passed);
}

postgres::call<postgres::nothing> reader::take_snapshot(snapshot_task what) {
  if (auto told = co_await tell_snapshot("STARTED"); !told) co_return told;
  auto ready = co_await prepare_snapshot(std::move(what));
  if (!ready) co_return std::move(ready).error();
  co_return co_await send_snapshot(**ready);
}

/// Opens, chooses and locks the tables. Of a recorded one, what the ledger does not have.
postgres::call<std::unique_ptr<prepared_snapshot>> reader::prepare_snapshot(snapshot_task what) {
  postgres::snapshot_options options{.exported = what.exported, .position = what.position};
  options.lock_timeout = how_.snapshot_lock_timeout;
  options.pieces.connections = how_.snapshot_connections;
  if (what.recorded) options.pieces.pages_max = how_.snapshot_piece / page_bytes;
  auto opened = co_await postgres::snapshot_session::open(how_.database, std::move(options));
  if (!opened) co_return std::move(opened).error();
  auto ready = std::make_unique<prepared_snapshot>();
  ready->rows = std::move(*opened);
  ready->recorded = what.recorded;
  ready->count.in_order = how_.snapshot_connections == 1;
  postgres::snapshot_session& rows = *ready->rows;

  auto tables = co_await tables_to_read(rows.database(), how_.capture, what.wanted);
  if (!tables) co_return std::move(tables).error();
  if (what.recorded) {
    auto untold = co_await untold_tables(rows.database());
    if (!untold) co_return std::move(untold).error();
    ready->untold = *std::move(untold);
    parts_.clear();  // of an earlier one: what is not in the ledger by now is read again
  }
  status_.snapshot_tables = tables->size();
  auto selected = choose_rest(*std::move(tables), what, *ready);
  log(failures_ > 1 ? level::debug : level::info,  // tried again: once is told
      "run",
      "reading a snapshot of {} tables at {}",
      ready->tables.size(),
      to_string(rows.position().position));
  status_.snapshot_tables_left = ready->tables.size();
  if (auto locked = co_await rows.read(std::move(selected)); !locked)
    co_return std::move(locked).error();
  co_return ready;
}

/// All tables, or of a recorded snapshot those that are not whole, with what was read of them.
std::vector<postgres::snapshot_table> reader::choose_rest(std::vector<postgres::table> tables,
                                                          const snapshot_task& what,
                                                          prepared_snapshot& ready) {
  std::vector<postgres::snapshot_table> selected;
  for (auto& table : tables) {
    const bool goes_on = what.recorded && !ready.untold.contains(table.id);
    if (goes_on && offsets_.snapshot.is_whole(table.id)) continue;
    ready.tables.push_back(table.id);
    ready.plans.push_back(
        event::make_plan(table, types_, how_.events, *names_, event::origin::snapshot));
    const bool reads_binary = event::reads_binary(*ready.plans.back());
    ready.count.add(table);
    std::string select = select_from(table, what.select(table));
    auto before = goes_on ? offsets_.snapshot.of(table.id) : postgres::read_before{};
    selected.push_back(
        {.description = std::move(table),
         .select = std::move(select),
         .before = std::move(before),
         .form = reads_binary ? postgres::copy_form::binary : postgres::copy_form::text});
  }
  return selected;
}

postgres::call<postgres::nothing> reader::send_snapshot(prepared_snapshot& ready) {
  const auto began = clock::now();
  snapshot_count& count = ready.count;
  if (auto told = co_await tell_tables_begun(count); !told) co_return told;
  snapshot_ = ready.rows.get();
  auto read = co_await read_rows(ready);
  snapshot_ = nullptr;
  awaits_rows_ = false;
  rows_unordered_ = true;  // and changes of them may be next, also where it is broken off
  if (!read || stopping_) co_return read;
  if (auto told = co_await tell_tables_read(count, 0, count.tables.size()); !told) co_return told;
  ready.rows->finish();
  status_.snapshot_completed = true;
  const std::chrono::duration<double> took = clock::now() - began;
  log(level::info,
      "run",
      "the snapshot is complete: {} rows in {:.1f} s",
      status_.snapshot_rows,
      took.count());
  co_return co_await tell_snapshot("COMPLETED");
}

postgres::call<postgres::nothing> reader::read_rows(prepared_snapshot& ready) {
  postgres::snapshot_session& rows = *ready.rows;
  snapshot_count& count = ready.count;
  event::change_encoder encoder(how_.events, encoded());
  const postgres::snapshot_position& where = rows.position();
  event::change_context context;
  context.position = where.position;
  context.xid = where.txid;
  context.time_us = unix_us(where.time);
  // No record of the log begins at that byte, so no transaction has the identities of these rows:
  // one may have its commit at the position itself.
  context.id = {.commit = {where.position.value - 1}, .ordinal = 0};
  context.now_ms = unix_ms(now_());
  status_.snapshot_rows = 0;
  while (!stopping_) {
    if (!out_->has_room()) {
      co_await room_.wait();
      continue;
    }
    postgres::snapshot_row row;
    switch (rows.try_next(row)) {
      case postgres::snapshot_state::row:
        if (ready.recorded && status_.snapshot_rows == 0) begin_ledger(ready);
        ++count.rows[row.table];
        if (count.has_ended(row)) {
          if (auto told = co_await tell_tables_read(count, row); !told) co_return told;
          if (!co_await wait_for_room()) co_return nothing{};
        }
        context.marker = marker_of(row.marker);
        encoder.read_alone(*ready.plans[row.table], row.columns, context);
        if (auto passed = pass_on(); !passed) co_return std::move(passed).error();
        if (transformed_) out_->scatter_keyless();
        if (out_->full()) out_->seal();
        if (++status_.snapshot_rows % rows_per_turn == 0) {
          note_parts(ready);
          context.now_ms = unix_ms(now_());
          co_await asio::post(executor_, asio::use_awaitable);
        }
        break;
      case postgres::snapshot_state::would_block:
        note_parts(ready);
        if (!out_->is_flooded()) out_->seal();
        awaits_rows_ = true;
        if (auto more = co_await rows.advance(); !more) co_return std::move(more).error();
        awaits_rows_ = false;
        context.now_ms = unix_ms(now_());
        break;
      case postgres::snapshot_state::done:
        note_parts(ready);
        co_return nothing{};
      case postgres::snapshot_state::failed:
        co_return rows.snapshot_failure();
    }
  }
  co_return nothing{};
}

}  // namespace tidewire::app
