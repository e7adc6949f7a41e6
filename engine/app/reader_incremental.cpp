#include "app/reader.hpp"
#include "postgres/catalog.hpp"
#include "postgres/copy_text.hpp"
#include "signals/chunk_query.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

/// Incremental snapshots: chunk by chunk between the changes of the stream.
namespace tidewire::app {
namespace {

using telemetry::level;
using telemetry::log;

constexpr const char* aggregate = "Incremental Snapshot";
constexpr std::uint64_t rows_per_turn = 256;
constexpr std::chrono::milliseconds view_pause{10};

signals::key_values key_of(postgres::tuple_view row, const std::vector<std::size_t>& order) {
  signals::key_values key;
  for (const std::size_t i : order)
    key.push_back(row[i].kind == postgres::value_kind::text
                      ? std::optional(std::string(row[i].bytes))
                      : std::nullopt);
  return key;
}

std::vector<std::string> names_of(const postgres::table& table,
                                  const std::vector<std::size_t>& order) {
  std::vector<std::string> names;
  for (const std::size_t i : order) names.push_back(table.columns[i].name);
  return names;
}

}  // namespace

/// A connection is new: what was read on the last one and not sent is read again.
postgres::call<postgres::nothing> reader::continue_incremental(lsn at) {
  if (!signals_) co_return nothing{};
  signals_->at = at;
  signals_->watch.reconnected();
  signals_->progress.revert();
  signals_->waiting = false;
  if (!signals_->progress.running()) co_return nothing{};
  log(level::info,
      "signal",
      "an incremental snapshot of {} is {}",
      signals_->progress.table_names(),
      signals_->progress.paused() ? "paused" : "under way");
  co_return co_await read_chunks();
}

postgres::call<postgres::nothing> reader::close_window(std::string id) {
  if (!signals_->progress.is_mark(id)) co_return nothing{};
  signals_->watch.rows().close();
  signals_->waiting = false;
  if (auto sent = co_await send_window(); !sent) co_return sent;
  co_return co_await read_chunks();
}

postgres::call<postgres::nothing> reader::read_chunks() {
  out_->seal();  // what is ready does not wait for the server
  signals_->reading = true;
  auto read = co_await read_chunks_due();
  signals_->reading = false;
  co_return read;
}

/// One chunk, which then waits in the window for its second mark; with INSERT_DELETE, where the
/// rows do not wait, all of them.
postgres::call<postgres::nothing> reader::read_chunks_due() {
  signals::progress& progress = signals_->progress;
  while (progress.running() && !progress.paused() && !stopping_) {
    if (auto open = co_await open_catalog(); !open) co_return open;
    progress.start_chunk(random_uuid());
    auto marked = co_await mark_window(/*opening=*/true);
    if (!marked) co_return std::move(marked).error();
    if (!*marked) co_return nothing{};
    if (auto read = co_await read_chunk(); !read) co_return read;
    if (stopping_) co_return nothing{};
    marked = co_await mark_window(/*opening=*/false);
    if (!marked) co_return std::move(marked).error();
    signals_->waiting = *marked && !how_.signals.delete_marks;
    if (!*marked || signals_->waiting) co_return nothing{};
    if (auto sent = co_await send_window(); !sent) co_return sent;
  }
  co_return nothing{};
}

/// \return false: the server refuses, which is said, and the snapshot is paused.
postgres::call<bool> reader::mark_window(bool opening) {
  const std::string table = postgres::quote_identifier(how_.signals.table->schema) + "." +
                            postgres::quote_identifier(how_.signals.table->name);
  const std::string& chunk = signals_->progress.chunk_id();
  postgres::query_parameters parameters;
  std::string sql = "INSERT INTO " + table + " VALUES ($1, $2, NULL)";
  if (!opening && how_.signals.delete_marks) {
    sql = "DELETE FROM " + table + " WHERE id = $1";
    parameters = {chunk + "-open"};
  } else {
    parameters = {chunk + (opening ? "-open" : "-close"),
                  std::string(opening ? signals::open_type : signals::close_type)};
  }
  auto done = co_await catalog_->query(std::move(sql), std::move(parameters));
  if (done) co_return true;
  if (!catalog_->healthy()) co_return std::move(done).error();
  log(level::error,
      "signal",
      "the incremental snapshot is paused, as the signal table cannot be written to: {}; send "
      "resume-snapshot when it can",
      describe(done.error()));
  signals_->progress.revert();
  signals_->watch.rows().clear();
  signals_->progress.pause();
  signals_->changed(/*must_last=*/true);
  co_return false;
}

postgres::call<postgres::nothing> reader::finish_table() {
  signals::progress& progress = signals_->progress;
  progress.finish_table();
  signals_->changed(/*must_last=*/!progress.running());
  if (progress.running()) co_return nothing{};
  log(level::info, "signal", "the incremental snapshot is complete");
  co_return co_await notify(aggregate, "COMPLETED", notification_details(), progress.signal_id());
}

postgres::call<postgres::nothing> reader::end_table(std::string status) {
  const signals::progress& progress = signals_->progress;
  log(status == "SUCCEEDED" || status == "EMPTY" ? level::info : level::warning,
      "signal",
      "incremental snapshot of {}: {}, {} rows",
      to_string(progress.current().table),
      status,
      progress.row_count());
  notification_details details = {{"scanned_collection", to_string(progress.current().table)},
                                  {"status", std::move(status)},
                                  {"total_rows_scanned", std::to_string(progress.row_count())},
                                  {"data_collections", progress.table_names()}};
  if (auto told = co_await notify(
          aggregate, "TABLE_SCAN_COMPLETED", std::move(details), progress.signal_id());
      !told)
    co_return told;
  co_return co_await finish_table();
}

/// Fills the window, from table to table until one has rows left. With none the window is empty.
postgres::call<postgres::nothing> reader::read_chunk() {
  signals::progress& progress = signals_->progress;
  signals_->watch.rows().clear();
  while (progress.running() && !stopping_) {
    const signals::collection now = progress.current();
    auto found = co_await postgres::describe_table(*catalog_, now.table);
    if (!found) co_return std::move(found).error();
    std::string status = "UNKNOWN_SCHEMA";
    if (found->has_value() && how_.capture.captured(now.table.schema, now.table.name)) {
      auto read = co_await read_rows_of(std::move(**found), now);
      if (!read) co_return std::move(read).error();
      if (stopping_) co_return nothing{};
      status = std::move(*read);
    }
    if (status.empty()) co_return co_await tell_chunk();
    if (auto ended = co_await end_table(std::move(status)); !ended) co_return ended;
  }
  co_return nothing{};
}

postgres::call<postgres::nothing> reader::tell_chunk() {
  const signals::progress& progress = signals_->progress;
  constexpr std::string_view null = "null";
  notification_details details = {
      {"current_collection_in_progress", to_string(progress.current().table)},
      {"maximum_key", progress.maximum().front().value_or(std::string(null))},
      {"last_processed_key", progress.read_to().front().value_or(std::string(null))},
      {"data_collections", progress.table_names()}};
  co_return co_await notify(aggregate, "IN_PROGRESS", std::move(details), progress.signal_id());
}

/// \return empty: the window has rows; else why the table is done.
postgres::call<std::string> reader::read_rows_of(postgres::table table, signals::collection what) {
  std::vector<std::string_view> names;
  for (const postgres::column& column : table.columns) names.push_back(column.name);
  const auto order = signals::chunk_columns(
      table, what.surrogate_key, how_.events.key_columns.columns_of(to_string(what.table), names));
  if (order.empty()) co_return std::string("NO_PRIMARY_KEY");
  signals::progress& progress = signals_->progress;
  progress.order_by(names_of(table, order));
  auto learnt = co_await learn_types(table);
  if (!learnt) co_return std::move(learnt).error();

  if (progress.maximum().empty()) {
    auto last = co_await catalog_->query(signals::maximum_query(table, order, what.condition));
    if (!last && catalog_->healthy()) co_return refused_chunk(what, last.error());
    if (!last) co_return std::move(last).error();
    if (last->empty()) co_return std::string("EMPTY");
    signals::key_values maximum;
    for (std::size_t i = 0; i < order.size(); ++i) maximum.push_back(last->optional_text(0, i));
    progress.set_maximum(std::move(maximum));
  }
  signals_->plan = event::make_plan(table, types_, how_.events, *names_, event::origin::snapshot);
  signals_->watch.start_chunk(table);
  auto copied = co_await read_view(
      signals::chunk_query(
          table, order, progress.bounds(), what.condition, how_.signals.chunk_rows),
      order,
      table.columns.size());
  if (!copied && catalog_->healthy() && !stopping_) co_return refused_chunk(what, copied.error());
  if (!copied && !stopping_) co_return std::move(copied).error();
  co_return signals_->watch.rows().empty() ? std::string("SUCCEEDED") : std::string();
}

std::string reader::refused_chunk(const signals::collection& what, const postgres::failure& why) {
  signals_->watch.rows().clear();
  log(level::error,
      "signal",
      "{} cannot be read for the incremental snapshot: {}",
      to_string(what.table),
      describe(why));
  return "SQL_EXCEPTION";
}

/// The rows of one chunk, in a transaction that shows all that the stream has brought.
postgres::call<postgres::nothing> reader::read_view(std::string select,
                                                    std::vector<std::size_t> order,
                                                    std::size_t column_count) {
  if (auto begun = co_await begin_view(); !begun || stopping_) co_return begun;
  auto copied = co_await copy_chunk(std::move(select), std::move(order), column_count);
  if (!catalog_->healthy()) co_return copied;
  auto ended = co_await catalog_->query("COMMIT");
  if (!ended && copied) co_return std::move(ended).error();
  co_return copied;
}

/// A transaction may be in the stream before anybody sees it. Rows read by then would be older than
/// its changes and come behind them.
postgres::call<postgres::nothing> reader::begin_view() {
  for (bool said = false; !stopping_; said = true) {
    const auto seen = co_await catalog_->query(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT "
        "pg_catalog.pg_current_snapshot()");
    if (!seen) co_return seen.error();
    auto snapshot = postgres::transaction_snapshot::parse(seen->text(0, 0));
    if (!snapshot)
      co_return postgres::make_failure(make_error_code(postgres::errc::unexpected_answer),
                                       "the server's snapshot cannot be read");
    if (signals_->watch.read_as_of(*std::move(snapshot))) break;
    if (auto ended = co_await catalog_->query("ROLLBACK"); !ended)
      co_return std::move(ended).error();
    if (!said)
      log(level::info,
          "signal",
          "a chunk waits for a transaction that is in the log and not visible yet");
    co_await pause(view_pause);
  }
  co_return nothing{};
}

/// The rows go into the window; where they are larger than the memory allows, only the first of
/// them, up to a place where the order's values change.
postgres::call<postgres::nothing> reader::copy_chunk(std::string select,
                                                     std::vector<std::size_t> order,
                                                     std::size_t column_count) {
  signals::window& rows = signals_->watch.rows();
  postgres::connection& from = *catalog_;
  if (auto begun = co_await from.start_copy("COPY (" + std::move(select) + ") TO STDOUT"); !begun)
    co_return begun;
  const auto until = clock::now() + from.options().query_ms_max;
  postgres::copy_text_row row;
  signals::key_values last;
  bool cut = false;
  std::uint64_t count = 0;
  for (;;) {
    std::string_view line;
    switch (from.try_copy_data(line)) {
      case postgres::copy_state::would_block: {
        auto readable = co_await from.wait_readable(until);
        if (!readable) co_return std::move(readable).error();
        if (stopping_ || clock::now() >= until) {
          from.cancel();
          from.close();
          co_return postgres::make_failure(make_error_code(postgres::errc::deadline_exceeded),
                                           "a chunk of an incremental snapshot came not in time");
        }
        break;
      }
      case postgres::copy_state::failed:
        co_return from.copy_failure();
      case postgres::copy_state::ended:
        if (auto ended = co_await from.end_copy(); !ended) co_return ended;
        if (!rows.empty()) signals_->progress.rows_read(std::move(last), rows.row_count());
        co_return nothing{};
      case postgres::copy_state::data: {
        if (cut) break;
        if (const error_code ec = row.assign(line, column_count); ec.failed())
          co_return postgres::make_failure(ec, "a row does not have the columns of its table");
        auto key = key_of(row.columns(), order);
        cut = rows.bytes() >= how_.signals.chunk_bytes_max && key != last;
        if (cut) break;
        rows.add(row.columns());
        last = std::move(key);
        if (++count % rows_per_turn == 0) co_await asio::post(executor_, asio::use_awaitable);
        break;
      }
    }
  }
}

/// What the stream has left of the chunk, just before the message at hand.
postgres::call<postgres::nothing> reader::send_window() {
  signals::window& rows = signals_->watch.rows();
  if (rows.empty() || !signals_->plan) {
    signals_->progress.rows_sent();
    signals_->changed(/*must_last=*/false);
    co_return nothing{};
  }
  event::change_encoder encoder(how_.events, encoded());
  event::change_context context = translator_.beside(signals_->at);
  context.id = signals_->next_ids();
  std::uint64_t count = 0;
  while (!rows.empty()) {
    if (!co_await wait_for_room()) co_return nothing{};  // stopping: the chunk is read again
    if (count % rows_per_turn == 0) {
      context.time_us = unix_us(now_());
      context.now_ms = context.time_us / 1000;
    }
    postgres::tuple_view row;
    if (!rows.take(row)) break;
    encoder.read(*signals_->plan, row, context);
    if (auto passed = pass_on(); !passed) co_return std::move(passed).error();
    if (out_->full()) out_->seal();
    if (++count % rows_per_turn == 0) co_await asio::post(executor_, asio::use_awaitable);
  }
  signals_->used_ids(context.id);
  rows.clear();
  signals_->progress.rows_sent();
  signals_->changed(/*must_last=*/false);
  co_return nothing{};
}

}  // namespace tidewire::app
