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
constexpr std::uint64_t rows_per_turn = 256;

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

/// A statement that came with a signal would be refused again, also after the next connection.
bool refuses_for_good(const postgres::failure& why) {
  return !why.sqlstate.empty() &&
         (why.what == postgres::remedy::none || why.sqlstate.starts_with("42"));
}

/// How many tables have been read when this row, which is told after them, is the next; where one
/// connection reads them in their order.
std::size_t tables_read_by(const postgres::snapshot_row& row, std::size_t table_count) noexcept {
  if (row.marker == postgres::row_marker::last) return table_count;
  return row.table + (row.marker == postgres::row_marker::last_in_collection ? 1 : 0);
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

/// What is told of a snapshot's tables: which there are, and how many rows each has.
struct reader::snapshot_count {
  std::vector<std::string> tables;
  std::string all;  // their names between commas
  std::vector<std::uint64_t> rows;
  std::vector<bool> told;  // to be read
  bool in_order = true;    // one after the other, by one connection
  std::size_t passed = 0;  // all before it were told

  void add(const postgres::table& table) {
    tables.push_back(table.schema + "." + table.name);
    all += (all.empty() ? "" : ",") + tables.back();
    rows.push_back(0);
    told.push_back(false);
  }

  /// Whether a table's end is to be told before this row, the next.
  bool has_ended(const postgres::snapshot_row& row) const noexcept {
    return in_order ? passed < tables_read_by(row, tables.size()) : row.ends_table;
  }
};

postgres::call<postgres::nothing> reader::read_snapshot(beginning from) {
  status_.phase = reader_phase::snapshot;
  co_await pause(how_.snapshot_delay);
  if (stopping_) co_return nothing{};
  snapshot_task what{.exported = from.exported, .position = from.position};
  what.wanted = [this](std::string_view schema, std::string_view table) {
    return how_.capture.captured(schema, table) && how_.capture.snapshotted(schema, table);
  };
  what.select = [this](const postgres::table& table) {
    const auto found = how_.snapshot_selects.find(table.schema + "." + table.name);
    return found == how_.snapshot_selects.end() ? std::string() : found->second;
  };
  auto taken = co_await take_snapshot(std::move(what));
  if (!taken || stopping_) co_return taken;

  out_->seal();
  while (!out_->idle() && !stopping_) co_await room_.wait();
  if (!out_->idle()) co_return nothing{};  // stopped: the next start takes a whole new snapshot
  snapshot_taken_ = true;
  offsets_.snapshot_completed = true;
  offsets_.durable = from.position;
  offsets_.within_after = {};
  taking_over_ = false;
  store_offsets();
  failures_ = 0;
  co_return nothing{};
}

/// A blocking snapshot, asked for by a signal: the stream waits meanwhile. What the server refuses
/// is said, and the stream goes on.
postgres::call<postgres::nothing> reader::read_on_demand() {
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
  out_->seal();  // keyless rows of the snapshot stand in no order, those of the stream do
  status_.phase = reader_phase::snapshot;
  const std::uint64_t scattered = out_->scattered_count();
  auto taken = co_await take_snapshot(std::move(what));
  // Changes of those rows may be next, also where the snapshot was broken off.
  rows_unordered_ = rows_unordered_ || out_->scattered_count() != scattered;
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
  count.passed = tables_read_by(row, count.tables.size());
  co_return co_await tell_tables_read(count, begin, count.passed);
}

postgres::call<postgres::nothing> reader::take_snapshot(snapshot_task what) {
  const auto began = clock::now();
  if (auto told = co_await tell_snapshot("STARTED"); !told) co_return told;
  postgres::snapshot_options options{.exported = what.exported, .position = what.position};
  options.lock_timeout = how_.snapshot_lock_timeout;
  options.pieces.connections = how_.snapshot_connections;
  auto opened = co_await postgres::snapshot_session::open(how_.database, std::move(options));
  if (!opened) co_return std::move(opened).error();
  postgres::snapshot_session& rows = **opened;

  auto tables = co_await tables_to_read(rows.database(), how_.capture, what.wanted);
  if (!tables) co_return std::move(tables).error();
  std::vector<event::table_plan_ptr> plans;
  std::vector<postgres::snapshot_table> selected;
  snapshot_count count{.in_order = how_.snapshot_connections == 1};
  for (auto& table : *tables) {
    plans.push_back(event::make_plan(table, types_, how_.events, *names_, event::origin::snapshot));
    count.add(table);
    std::string select = select_from(table, what.select(table));
    selected.push_back({.description = std::move(table), .select = std::move(select)});
  }
  log(failures_ > 1 ? level::debug : level::info,  // tried again: once is told
      "run",
      "reading a snapshot of {} tables at {}",
      plans.size(),
      to_string(rows.position().position));
  status_.snapshot_tables = status_.snapshot_tables_left = count.tables.size();
  if (auto ready = co_await rows.read(std::move(selected)); !ready)
    co_return std::move(ready).error();
  if (auto told = co_await tell_tables_begun(count); !told) co_return told;
  snapshot_ = &rows;
  auto read = co_await read_rows(rows, std::move(plans), count);
  snapshot_ = nullptr;
  if (!read || stopping_) co_return read;
  if (auto told = co_await tell_tables_read(count, 0, count.tables.size()); !told) co_return told;
  rows.finish();
  status_.snapshot_completed = true;
  const std::chrono::duration<double> took = clock::now() - began;
  log(level::info,
      "run",
      "the snapshot is complete: {} rows in {:.1f} s",
      status_.snapshot_rows,
      took.count());
  co_return co_await tell_snapshot("COMPLETED");
}

postgres::call<postgres::nothing> reader::read_rows(postgres::snapshot_session& rows,
                                                    std::vector<event::table_plan_ptr> plans,
                                                    snapshot_count& count) {
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
        ++count.rows[row.table];
        if (count.has_ended(row)) {
          if (auto told = co_await tell_tables_read(count, row); !told) co_return told;
          if (!co_await wait_for_room()) co_return nothing{};
        }
        context.marker = marker_of(row.marker);
        encoder.read(*plans[row.table], row.columns, context);
        if (auto passed = pass_on(); !passed) co_return std::move(passed).error();
        out_->scatter_keyless();
        if (out_->full()) out_->seal();
        if (++status_.snapshot_rows % rows_per_turn == 0) {
          context.now_ms = unix_ms(now_());
          co_await asio::post(executor_, asio::use_awaitable);
        }
        break;
      case postgres::snapshot_state::would_block:
        out_->seal();
        if (auto more = co_await rows.advance(); !more) co_return std::move(more).error();
        context.now_ms = unix_ms(now_());
        break;
      case postgres::snapshot_state::done:
        co_return nothing{};
      case postgres::snapshot_state::failed:
        co_return rows.snapshot_failure();
    }
  }
  co_return nothing{};
}

}  // namespace tidewire::app
