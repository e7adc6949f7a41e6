#include "app/reader.hpp"
#include "postgres/catalog.hpp"
#include "postgres/snapshot_order.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/post.hpp>

#include <map>
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

/// The captured tables with their columns, in the order in which they are read.
postgres::call<std::vector<postgres::table>> tables_to_read(postgres::connection& database,
                                                            const capture_options& capture) {
  const auto wanted = [&capture](std::string_view schema, std::string_view table) {
    return capture.captured(schema, table) && capture.snapshotted(schema, table);
  };
  const postgres::table_filter filter = wanted;
  const auto found = co_await postgres::list_tables(database, filter);
  if (!found) co_return found.error();
  std::vector<postgres::table_name> names;
  for (const auto& one : *found) names.push_back(one.name);
  std::vector<oid> ids;
  for (const auto& name : postgres::snapshot_order(std::move(names), capture.snapshot_patterns))
    for (const auto& one : *found)
      if (one.name == name) ids.push_back(one.id);
  co_return co_await postgres::describe_tables(database, std::move(ids));
}

/// The user's statement for the table; empty where the table itself is read.
std::string select_of(const postgres::table& table,
                      const std::map<std::string, std::string>& statements) {
  const auto found = statements.find(table.schema + "." + table.name);
  if (found == statements.end()) return {};
  std::vector<std::string> columns;
  for (const auto& column : table.columns) columns.push_back(column.name);
  return override_select(columns, found->second);
}

}  // namespace

postgres::call<postgres::nothing> reader::read_snapshot(beginning from) {
  status_.phase = reader_phase::snapshot;
  co_await pause(how_.snapshot_delay);
  if (stopping_) co_return nothing{};
  const auto began = clock::now();
  postgres::snapshot_options options{.exported = from.exported, .position = from.position};
  auto opened = co_await postgres::snapshot_session::open(how_.database, std::move(options));
  if (!opened) co_return std::move(opened).error();
  postgres::snapshot_session& rows = **opened;

  auto tables = co_await tables_to_read(rows.database(), how_.capture);
  if (!tables) co_return std::move(tables).error();
  std::vector<event::table_plan_ptr> plans;
  std::vector<postgres::snapshot_table> selected;
  for (auto& table : *tables) {
    plans.push_back(event::make_plan(table, types_, how_.events, *names_, event::origin::snapshot));
    std::string select = select_of(table, how_.snapshot_selects);
    selected.push_back({.description = std::move(table), .select = std::move(select)});
  }
  log(level::info,
      "run",
      "reading a snapshot of {} tables at {}",
      plans.size(),
      to_string(rows.position().position));
  if (auto ready = co_await rows.read(std::move(selected)); !ready)
    co_return std::move(ready).error();
  snapshot_ = &rows;
  auto read = co_await read_rows(rows, std::move(plans));
  snapshot_ = nullptr;
  if (!read || stopping_) co_return read;
  if (auto finished = co_await rows.finish(); !finished) co_return std::move(finished).error();

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
  const std::chrono::duration<double> took = clock::now() - began;
  log(level::info,
      "run",
      "the snapshot is complete: {} rows in {:.1f} s",
      status_.snapshot_rows,
      took.count());
  co_return nothing{};
}

postgres::call<postgres::nothing> reader::read_rows(postgres::snapshot_session& rows,
                                                    std::vector<event::table_plan_ptr> plans) {
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
