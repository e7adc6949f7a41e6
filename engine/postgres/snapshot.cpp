#include "postgres/snapshot.hpp"

#include "postgres/copy_binary.hpp"
#include "postgres/snapshot_lane.hpp"
#include "postgres/snapshot_lookahead.hpp"
#include "postgres/table_storage.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
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

/// Of one connection at a time, so that the others' servers go on meanwhile.
constexpr std::size_t rows_per_turn = 64;
/// From there on the memory that a row came in is given back before it is encoded.
constexpr std::size_t large_row = 1024U * 1024U;

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
    "1000000)::bigint, txid_snapshot_xmin(txid_current_snapshot())";

/// A user's own statement may end as in psql; inside COPY ( … ) it must not.
std::string without_semicolon(std::string sql) {
  const auto last = sql.find_last_not_of("; \t\r\n");
  sql.resize(last == std::string::npos ? 0 : last + 1);
  return sql;
}

/// A transaction of which SQL cannot tell any more whether it was before another one is older than
/// this, with some to spare.
constexpr std::uint64_t horizon_age_max = (1ULL << 31U) - 100'000'000;

bool counts(const read_before& before, std::uint32_t filenode, std::uint64_t horizon) {
  const auto is_recent = [horizon](const pages_read& one) {
    return horizon - one.horizon < horizon_age_max;
  };
  return filenode != 0 && before.filenode == filenode && !before.pages.empty() &&
         std::ranges::all_of(before.pages, is_recent);
}

std::string lock_statement(const std::vector<snapshot_table>& tables) {
  std::string names;
  for (const snapshot_table& t : tables)
    names += (names.empty() ? "" : ", ") + qualified(t.description);
  return "LOCK TABLE " + names + " IN ACCESS SHARE MODE";
}

copy_form form_of(const snapshot_table& t) noexcept {
  return t.select.empty() ? t.form : copy_form::text;
}

std::string copy_statement(const snapshot_table& t, const snapshot_piece& piece) {
  const std::string select =
      t.select.empty() ? snapshot_select(t.description) : without_semicolon(t.select);
  return "COPY (" + select + piece_condition(piece) + ") TO STDOUT" +
         (form_of(t) == copy_form::binary ? " (FORMAT binary)" : "");
}

/// A connection within a transaction that has the snapshot of the options.
call<std::shared_ptr<snapshot_lane>> open_lane(connection_options to, snapshot_options options) {
  auto link = co_await connection::open(std::move(to), connection_mode::query);
  if (!link) co_return std::move(link).error();
  auto begun = co_await (*link)->query(begin_statements(options));
  if (!begun) co_return explain(std::move(begun).error(), "cannot begin the snapshot");
  co_return std::make_shared<snapshot_lane>(std::move(*link));
}

}  // namespace

struct snapshot_session::state {
  using phase = snapshot_lane::phase;

  explicit state(const asio::any_io_executor& ex)
      : executor(ex), bell(std::make_shared<session_bell>(ex)) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    for (const auto& lane : lanes)
      if (lane->now == phase::asleep) lane->link->close();  // which ends its coroutine's wait
  }

  asio::any_io_executor executor;
  std::shared_ptr<session_bell> bell;
  snapshot_options options;
  snapshot_position position;
  std::vector<snapshot_table> tables;
  std::vector<table_reading> readings;
  std::vector<snapshot_piece> pieces;
  std::size_t next_piece = 0;
  std::vector<snapshot_piece> closing;   // ended, but for a row that the look ahead keeps
  std::vector<snapshot_piece> finished;  // given out to the last row, and not told yet
  snapshot_lookahead ahead;
  std::vector<std::shared_ptr<snapshot_lane>> lanes;
  std::size_t turn = 0;  // whose rows are looked at
  std::size_t rows_in_turn = 0;
  failure trouble;

  void pass_turn() noexcept {
    turn = turn + 1 == lanes.size() ? 0 : turn + 1;
    rows_in_turn = 0;
  }

  void give_piece(snapshot_lane& lane) {
    lane.now = next_piece < pieces.size() ? phase::opening : phase::idle;
    if (lane.now == phase::opening) lane.piece = pieces[next_piece++];
  }

  std::vector<oid> ids() const {
    std::vector<oid> all;
    for (const snapshot_table& t : tables) all.push_back(t.description.id);
    return all;
  }
  std::string failing(const snapshot_lane& lane) const {
    return "the snapshot of " + qualified(tables[lane.piece.table].description) + " failed";
  }
  snapshot_state fail(const snapshot_lane& lane, failure f) {
    trouble = explain(std::move(f), failing(lane));
    return snapshot_state::failed;
  }

  void gave_row_of(std::size_t table);
  bool row_is_next(const snapshot_lane& lane) const noexcept;
  snapshot_state look(snapshot_lane& lane, snapshot_row& row);
  call<std::vector<table_extent>> learn_extents();
  call<nothing> cut();
  call<nothing> open_more();
  call<nothing> end_copy(snapshot_lane& lane);
};

snapshot_session::snapshot_session(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
snapshot_session::~snapshot_session() = default;

call<std::unique_ptr<snapshot_session>> snapshot_session::open(connection_options to,
                                                               snapshot_options options) {
  auto lane = co_await open_lane(std::move(to), options);
  if (!lane) co_return std::move(lane).error();
  auto facts = co_await (*lane)->link->query(std::string(position_sql));
  if (!facts) co_return explain(std::move(facts).error(), "cannot begin the snapshot");

  auto fresh = std::make_unique<state>(co_await asio::this_coro::executor);
  fresh->lanes.push_back(std::move(*lane));
  fresh->position.position = options.position ? options.position : lsn_at(*facts, 0, 0);
  fresh->position.txid = static_cast<std::uint32_t>(facts->integer(0, 1));
  fresh->position.time =
      std::chrono::system_clock::time_point(std::chrono::microseconds(facts->integer(0, 2)));
  fresh->position.horizon = static_cast<std::uint64_t>(facts->integer(0, 3));
  fresh->options = std::move(options);
  co_return std::unique_ptr<snapshot_session>(new snapshot_session(std::move(fresh)));
}

const snapshot_position& snapshot_session::position() const noexcept {
  return state_->position;
}
connection& snapshot_session::database() noexcept {
  return *state_->lanes.front()->link;
}
failure snapshot_session::snapshot_failure() const {
  return state_->trouble;
}
const std::vector<table_reading>& snapshot_session::readings() const noexcept {
  return state_->readings;
}
void snapshot_session::wake() {
  state_->bell->ring();
}

call<nothing> snapshot_session::read(std::vector<snapshot_table> tables) {
  state& s = *state_;
  s.tables = std::move(tables);
  if (s.tables.empty()) co_return nothing{};
  auto locked = co_await database().query(lock_statement(s.tables));
  if (!locked)
    co_return explain(std::move(locked).error(), "cannot lock the tables for the snapshot");
  if (auto same = co_await check_not_rewritten(database(), s.ids()); !same) co_return same;
  if (auto cut = co_await s.cut(); !cut) co_return cut;
  if (auto opened = co_await s.open_more(); !opened) co_return opened;
  for (const auto& lane : s.lanes) s.give_piece(*lane);
  co_return nothing{};
}

/// Asked of the server only where it matters. A statement of the user's own is run once.
call<std::vector<table_extent>> snapshot_session::state::learn_extents() {
  std::vector<table_extent> extents(tables.size());
  readings.assign(tables.size(), {});
  if (options.pieces.connections < 2 && !options.pieces.pages_max) co_return extents;
  auto storage = co_await describe_storage(*lanes[0]->link, ids());
  if (!storage) co_return explain(std::move(storage).error(), "cannot ask for the tables' sizes");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].select.empty()) continue;
    const auto [pages, filenode] = (*storage)[i];
    extents[i].pages = pages;
    readings[i] = {.filenode = filenode,
                   .goes_on = counts(tables[i].before, filenode, position.horizon)};
    if (readings[i].goes_on) extents[i].read = std::move(tables[i].before.pages);
  }
  co_return extents;
}

call<nothing> snapshot_session::state::cut() {
  const auto extents = co_await learn_extents();
  if (!extents) co_return extents.error();
  pieces = cut_tables(*extents, options.pieces);
  std::vector<std::size_t> pieces_of(tables.size(), 0);
  for (const snapshot_piece& piece : pieces) ++pieces_of[piece.table];
  using first_row = snapshot_lookahead::first_row;
  ahead = snapshot_lookahead(
      std::move(pieces_of),
      options.pieces.connections > 1 ? first_row::of_all : first_row::of_first_table);
  co_return nothing{};
}

/// The first connection exports its snapshot, whosever that was. Each one locks the tables, as a
/// COPY would else wait behind somebody who waits for the first one's locks.
call<nothing> snapshot_session::state::open_more() {
  const std::size_t wanted = std::min(options.pieces.connections, pieces.size());
  if (wanted < 2) co_return nothing{};
  auto exported = co_await lanes[0]->link->query("SELECT pg_catalog.pg_export_snapshot()");
  if (!exported) co_return explain(std::move(exported).error(), "cannot export the snapshot");
  snapshot_options same = options;
  same.exported = exported->text(0, 0);
  while (lanes.size() < wanted) {
    auto lane = co_await open_lane(lanes[0]->link->options(), same);
    if (!lane) co_return std::move(lane).error();
    auto locked = co_await (*lane)->link->query(lock_statement(tables));
    if (!locked)
      co_return explain(std::move(locked).error(), "cannot lock the tables for the snapshot");
    lanes.push_back(std::move(*lane));
  }
  co_return nothing{};
}

/// Looks at the lanes in turn: at one as long as it has rows, but not much longer than that.
snapshot_state snapshot_session::try_next(snapshot_row& row) {
  state& s = *state_;
  if (s.rows_in_turn >= rows_per_turn) s.pass_turn();
  for (std::size_t without_rows = 0; without_rows < s.lanes.size();) {
    if (s.ahead.release(row)) {
      s.gave_row_of(row.table);
      return snapshot_state::row;
    }
    snapshot_lane& lane = *s.lanes[s.turn];
    switch (lane.now) {
      case state::phase::idle:
      case state::phase::asleep:
        break;
      case state::phase::opening:
      case state::phase::ending:
        return snapshot_state::would_block;
      case state::phase::failed:
        return s.fail(lane, lane.trouble);
      case state::phase::reading:
      case state::phase::drained:
        if (const auto found = s.look(lane, row); found != snapshot_state::would_block)
          return found;
        if (lane.now == state::phase::ending) return snapshot_state::would_block;
        break;
    }
    s.pass_turn();
    ++without_rows;
  }
  return s.ahead.complete() ? snapshot_state::done : snapshot_state::would_block;
}

/// Up to a row that can be given out; also a row of another table, which the lane's own let go.
snapshot_state snapshot_session::state::look(snapshot_lane& lane, snapshot_row& row) {
  const std::size_t table = lane.piece.table;
  const std::size_t columns = tables[table].description.columns.size();
  const copy_form form = form_of(tables[table]);
  for (;;) {
    if (ahead.holds_row_of(table) && row_is_next(lane)) {
      ahead.give_kept(table, row);
      gave_row_of(table);
      return snapshot_state::row;
    }
    std::string_view message;
    switch (lane.link->try_copy_data(message)) {
      case copy_state::would_block:
        lane.now = phase::drained;
        return snapshot_state::would_block;
      case copy_state::failed:
        return fail(lane, lane.link->copy_failure());
      case copy_state::ended:
        lane.now = phase::ending;
        return snapshot_state::would_block;
      case copy_state::data:
        break;
    }
    if (form == copy_form::binary && ends_copy(message)) continue;
    ++rows_in_turn;
    const bool is_large = message.size() >= large_row;
    const auto taken = !is_large && ahead.may_pass(table) && row_is_next(lane)
                           ? ahead.pass(table, form, message, columns, row)
                           : ahead.take(table, form, message, columns, row);
    if (is_large) lane.link->trim();  // the row is kept by now
    if (taken == snapshot_lookahead::taken::malformed)
      return fail(lane,
                  make_failure(errc::malformed_message,
                               "a row does not have the columns of its table, which was altered or "
                               "whose select statement yields others"));
    if (taken == snapshot_lookahead::taken::gave || ahead.release(row)) {
      gave_row_of(row.table);
      return snapshot_state::row;
    }
  }
}

/// Whether another row of the table is here already.
bool snapshot_session::state::row_is_next(const snapshot_lane& lane) const noexcept {
  std::string_view next;
  return lane.link->peek_copy_data(next) &&
         (form_of(tables[lane.piece.table]) == copy_form::text || !ends_copy(next));
}

/// It was the one that was kept when pieces of its table ended.
void snapshot_session::state::gave_row_of(std::size_t table) {
  if (closing.empty()) return;
  std::erase_if(closing, [&](const snapshot_piece& piece) {
    if (piece.table != table) return false;
    finished.push_back(piece);
    return true;
  });
}

bool snapshot_session::next_finished(snapshot_piece& piece) {
  auto& finished = state_->finished;
  if (finished.empty()) return false;
  piece = finished.front();
  finished.erase(finished.begin());
  return true;
}

call<nothing> snapshot_session::advance() {
  state& s = *state_;
  bool moved = false;
  for (const auto& lane : s.lanes) {
    if (lane->now != state::phase::ending) continue;
    if (auto ended = co_await s.end_copy(*lane); !ended) co_return ended;
    moved = true;
  }
  for (const auto& lane : s.lanes) {
    if (lane->now != state::phase::opening) continue;
    const snapshot_piece& piece = lane->piece;
    begin_copy(lane, s.executor, s.bell, copy_statement(s.tables[piece.table], piece));
    moved = true;
  }
  if (moved) co_return nothing{};
  for (const auto& lane : s.lanes)
    if (lane->now == state::phase::drained) fall_asleep(lane, s.executor, s.bell);
  co_await s.bell->wait();
  co_return nothing{};
}

call<nothing> snapshot_session::state::end_copy(snapshot_lane& lane) {
  auto ended = co_await lane.link->end_copy();
  if (!ended) co_return explain(std::move(ended).error(), failing(lane));
  ahead.piece_ended(lane.piece.table);
  if (!lane.piece.put_since)
    (ahead.holds_row_of(lane.piece.table) ? closing : finished).push_back(lane.piece);
  give_piece(lane);
  co_return nothing{};
}

void snapshot_session::finish() {
  for (const auto& lane : state_->lanes) lane->link->close();
}

std::string snapshot_select(const table& t) {
  std::string columns;
  for (const column& c : t.columns)
    columns += (columns.empty() ? "" : ", ") + quote_identifier(c.name);
  return "SELECT " + columns + " FROM " + qualified(t);
}

}  // namespace tidewire::postgres
