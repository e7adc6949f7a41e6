#include "postgres/snapshot.hpp"

#include "postgres/copy_text.hpp"

#include <utility>

namespace tidewire::postgres {
namespace {

lsn lsn_at(const query_result& rows, std::size_t row, std::size_t column) {
  return parse_lsn(rows.text(row, column)).value_or(lsn{});
}

failure explain(failure f, std::string_view what) {
  f.message = std::string(what) + ": " + f.message;
  return f;
}

std::string qualified(const table& t) {
  return quote_identifier(t.schema) + '.' + quote_identifier(t.name);
}

/// SET TRANSACTION SNAPSHOT must come before anything that takes one of its own.
std::string begin_statements(const snapshot_options& options) {
  std::string sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";
  if (!options.exported.empty())
    sql += " SET TRANSACTION SNAPSHOT " + quote_literal(options.exported) + ';';
  return sql + " SET LOCAL lock_timeout = " + std::to_string(options.lock_timeout.count());
}

constexpr std::string_view position_sql =
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() "
    "END,"
    " txid_snapshot_xmax(txid_current_snapshot()), (extract(epoch FROM clock_timestamp()) * "
    "1000000)::bigint";

/// A user's own statement may end as in psql; inside COPY ( … ) it must not.
std::string without_semicolon(std::string sql) {
  const auto last = sql.find_last_not_of("; \t\r\n");
  sql.resize(last == std::string::npos ? 0 : last + 1);
  return sql;
}

row_marker marker_of(bool first_table, bool first_row, bool last_row, bool last_of_all) noexcept {
  if (last_of_all) return row_marker::last;
  if (first_row && first_table) return row_marker::first;
  if (last_row) return row_marker::last_in_collection;
  if (first_row) return row_marker::first_in_collection;
  return row_marker::middle;
}

}  // namespace

/// A row is given out when the one after it has come, as only then it is known whether it was its
/// table's last; and a table's last row waits for the first of the next table that has any, as else
/// it is the last of all.
struct snapshot_session::state {
  enum class phase : std::uint8_t { idle, opening, reading, ending, done };

  std::unique_ptr<connection> link;
  snapshot_options options;
  snapshot_position position;
  std::vector<snapshot_table> tables;
  std::size_t current = 0;
  phase now = phase::idle;
  failure trouble;

  struct held_row {
    copy_text_row text;
    std::size_t table = 0;
    bool first = false;
  };
  held_row rows[2];
  held_row* held = &rows[0];   // given out with the next look
  held_row* spare = &rows[1];  // given out with the last look, free to be overwritten
  bool holding = false;
  bool at_first_row = true;

  snapshot_state fail(failure f) {
    trouble = explain(std::move(f),
                      "the snapshot of " + qualified(tables[current].description) + " failed");
    return snapshot_state::failed;
  }

  void give(snapshot_row& row, const held_row& from, bool last_row, bool last_of_all) const {
    row.table = from.table;
    row.columns = from.text.columns();
    row.marker = marker_of(from.table == 0, from.first, last_row, last_of_all);
  }

  /// \return true when `row` was filled: a row was held already.
  outcome<bool> take(std::string_view line, snapshot_row& row) {
    if (const error_code ec = spare->text.assign(line, tables[current].description.columns.size());
        ec.failed())
      return make_failure(ec,
                          "a row does not have the columns of its table, which was altered or "
                          "whose select statement yields others");
    spare->table = current;
    spare->first = std::exchange(at_first_row, false);
    std::swap(held, spare);
    if (!std::exchange(holding, true)) return false;
    give(row, *spare, /*last_row=*/spare->table != current, /*last_of_all=*/false);
    return true;
  }
};

snapshot_session::snapshot_session(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
snapshot_session::~snapshot_session() = default;

call<std::unique_ptr<snapshot_session>> snapshot_session::open(connection_options to,
                                                               snapshot_options options) {
  auto link = co_await connection::open(std::move(to), connection_mode::query);
  if (!link) co_return std::move(link).error();
  auto begun = co_await (*link)->query(begin_statements(options));
  if (!begun) co_return explain(std::move(begun).error(), "cannot begin the snapshot");
  auto facts = co_await (*link)->query(std::string(position_sql));
  if (!facts) co_return explain(std::move(facts).error(), "cannot begin the snapshot");

  auto fresh = std::make_unique<state>();
  fresh->link = std::move(*link);
  fresh->position.position = options.position ? options.position : lsn_at(*facts, 0, 0);
  fresh->position.txid = static_cast<std::uint32_t>(facts->integer(0, 1));
  fresh->position.time =
      std::chrono::system_clock::time_point(std::chrono::microseconds(facts->integer(0, 2)));
  fresh->options = std::move(options);
  co_return std::unique_ptr<snapshot_session>(new snapshot_session(std::move(fresh)));
}

const snapshot_position& snapshot_session::position() const noexcept {
  return state_->position;
}
connection& snapshot_session::database() noexcept {
  return *state_->link;
}
failure snapshot_session::snapshot_failure() const {
  return state_->trouble;
}
void snapshot_session::wake() {
  state_->link->wake();
}

call<nothing> snapshot_session::read(std::vector<snapshot_table> tables) {
  state& s = *state_;
  s.tables = std::move(tables);
  s.current = 0;
  s.at_first_row = true;
  s.now = s.tables.empty() ? state::phase::done : state::phase::opening;
  if (s.tables.empty()) co_return nothing{};
  std::string locked;
  for (const snapshot_table& t : s.tables)
    locked += (locked.empty() ? "" : ", ") + qualified(t.description);
  auto done = co_await s.link->query("LOCK TABLE " + locked + " IN ACCESS SHARE MODE");
  if (!done) co_return explain(std::move(done).error(), "cannot lock the tables for the snapshot");
  co_return nothing{};
}

snapshot_state snapshot_session::try_next(snapshot_row& row) {
  state& s = *state_;
  while (s.now == state::phase::reading) {
    std::string_view line;
    switch (s.link->try_copy_data(line)) {
      case copy_state::would_block:
        return snapshot_state::would_block;
      case copy_state::failed:
        return s.fail(s.link->copy_failure());
      case copy_state::ended:
        s.now = state::phase::ending;
        break;
      case copy_state::data: {
        const auto filled = s.take(line, row);
        if (!filled) return s.fail(filled.error());
        if (*filled) return snapshot_state::row;
        break;
      }
    }
  }
  if (s.now != state::phase::done) return snapshot_state::would_block;
  if (!std::exchange(s.holding, false)) return snapshot_state::done;
  s.give(row, *s.held, /*last_row=*/true, /*last_of_all=*/true);
  return snapshot_state::row;
}

call<nothing> snapshot_session::advance() {
  state& s = *state_;
  if (s.now == state::phase::reading) {
    const auto until = std::chrono::steady_clock::now() + s.link->options().query_ms_max;
    auto readable = co_await s.link->wait_readable(until);
    if (!readable) co_return std::move(readable).error();
    if (!*readable && std::chrono::steady_clock::now() >= until) {
      s.link->cancel();
      s.link->close();
      co_return make_failure(errc::deadline_exceeded,
                             "the snapshot waited for the next row in vain");
    }
  } else if (s.now == state::phase::ending) {
    auto ended = co_await s.link->end_copy();
    if (!ended) co_return ended;
    s.at_first_row = true;
    s.now = ++s.current < s.tables.size() ? state::phase::opening : state::phase::done;
  } else if (s.now == state::phase::opening) {
    const snapshot_table& next = s.tables[s.current];
    std::string select =
        next.select.empty() ? snapshot_select(next.description) : without_semicolon(next.select);
    auto opened = co_await s.link->start_copy("COPY (" + select + ") TO STDOUT");
    if (!opened)
      co_return explain(std::move(opened).error(),
                        "the snapshot of " + qualified(next.description) + " failed");
    s.now = state::phase::reading;
  }
  co_return nothing{};
}

call<nothing> snapshot_session::finish() {
  auto done = co_await state_->link->query("COMMIT");
  if (!done) co_return std::move(done).error();
  co_return nothing{};
}

std::string snapshot_select(const table& t) {
  std::string columns;
  for (const column& c : t.columns)
    columns += (columns.empty() ? "" : ", ") + quote_identifier(c.name);
  return "SELECT " + columns + " FROM " + qualified(t);
}

}  // namespace tidewire::postgres
