#include "postgres/backlog.hpp"

#include "postgres/copied_change.hpp"
#include "postgres/read_pace.hpp"
#include "postgres/session_bell.hpp"
#include "postgres/slot_claim.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <cassert>
#include <optional>
#include <thread>
#include <utility>

namespace tidewire::postgres {
namespace {

using clock = std::chrono::steady_clock;

constexpr int copies_version_min = 120000;
constexpr std::string_view advance_sql = "SELECT pg_catalog.pg_replication_slot_advance($1, $2)";

std::string copy_name(const connection& reader) {
  return "tidewire_backlog_" + std::to_string(reader.backend_pid());
}

/// \param undefined what it is that does not exist, where the server says so.
failure explain(failure f, const std::string& slot, errc undefined) {
  f.message = "cannot read the backlog of replication slot \"" + slot + "\": " + f.message;
  if (f.sqlstate == "55006") f.code = errc::slot_in_use;  // the server names the process
  if (f.sqlstate == "42704") f.code = undefined;
  return f;
}

query_parameters texts(std::string first, std::string second) {
  query_parameters values;
  values.emplace_back(std::move(first));
  values.emplace_back(std::move(second));
  return values;
}

/// Makes the copy, of which everything before `start` is left out. Where the slot itself stands.
call<lsn> copy_slot(connection& reader, const backlog_options& how) {
  auto slots = texts(how.slot, copy_name(reader));
  auto made = co_await reader.query(
      "SELECT lsn FROM pg_catalog.pg_copy_logical_replication_slot($1, $2, true)",
      std::move(slots));
  if (!made) co_return std::move(made).error();
  const lsn stands = parse_lsn(made->text(0, 0)).value_or(lsn{});
  if (how.start > stands) {
    auto place = texts(copy_name(reader), to_string(how.start));
    auto moved = co_await reader.query(std::string(advance_sql), std::move(place));
    if (!moved) co_return std::move(moved).error();
  }
  co_return stands;
}

std::string copy_statement(const std::string& copy,
                           lsn until,
                           const plugin_parameters& parameters) {
  std::string list;
  for (const auto& [name, value] : parameters)
    list += (list.empty() ? "" : ",") + quote_literal(name) + ',' + quote_literal(value);
  return "COPY (SELECT lsn, data FROM pg_catalog.pg_logical_slot_get_binary_changes(" +
         quote_literal(copy) + ", '" + to_string(until) + "', NULL, VARIADIC ARRAY[" + list +
         "])) TO STDOUT (FORMAT binary)";
}

}  // namespace

struct backlog_session::state {
  enum class phase : std::uint8_t {
    between,  // a piece is to be begun
    waiting,  // for its first row, or to be told that there is none
    reading,
    caught_up,
    failed,
  };

  explicit state(const asio::any_io_executor& ex) : executor(ex), bell(ex) {}

  asio::any_io_executor executor;
  session_bell bell;
  backlog_options how;
  std::unique_ptr<connection> reader;
  std::unique_ptr<connection> keeper;  // moves the slot, and sees how far the log is
  phase now = phase::between;
  bool copying = false;  // the end of a piece's COPY is still to be taken
  lsn received;
  lsn confirmed;
  lsn told;  // where the slot stands
  clock::time_point next_telling{};
  begin_holder begins;
  std::optional<xlog_data> behind;  // the BEGIN that was handed out last
  read_pace pace;
  failure trouble;

  stream_state fail(failure f) {
    now = phase::failed;
    trouble = explain(std::move(f), how.slot, errc::publication_missing);
    return stream_state::failed;
  }
  stream_state next(xlog_data& data);
  call<log_place> look() const;
  call<nothing> tell();
  call<nothing> check_claim() const;
  call<phase> begin_piece();
  static asio::awaitable<void> wait_for_piece(std::shared_ptr<state> self);
};

call<log_place> backlog_session::state::look() const {
  query_parameters name;
  name.emplace_back(copy_name(*reader));
  auto rows = co_await keeper->query(
      "SELECT restart_lsn, confirmed_flush_lsn, CASE WHEN pg_catalog.pg_is_in_recovery()"
      " THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_flush_lsn() END"
      " FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
      std::move(name));
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return make_failure(errc::connection_lost, "its copy is gone");
  const auto at = [&](std::size_t column) {
    return parse_lsn(rows->text(0, column)).value_or(lsn{});
  };
  co_return log_place{.restart = at(0), .read = at(1), .end = at(2)};
}

/// Moves the slot to what is confirmed.
call<nothing> backlog_session::state::tell() {
  const lsn to = confirmed;
  if (to <= told) co_return nothing{};
  auto place = texts(how.slot, to_string(to));
  auto moved = co_await keeper->query(std::string(advance_sql), std::move(place));
  if (!moved) co_return std::move(moved).error();
  told = to;
  next_telling = clock::now() + how.confirm_interval;
  co_return nothing{};
}

/// Whoever claims the slot does nothing meanwhile, and its end would not be seen.
call<nothing> backlog_session::state::check_claim() const {
  if (how.claimant == 0) co_return nothing{};
  const auto holder = co_await find_claimant(*keeper, how.slot);
  if (!holder) co_return holder.error();
  if (*holder != how.claimant)
    co_return make_failure(errc::connection_lost, "the connection that claims it is gone");
  co_return nothing{};
}

/// \return what comes next: reading or caught_up.
call<backlog_session::state::phase> backlog_session::state::begin_piece() {
  if (std::exchange(copying, false))
    if (auto ended = co_await reader->end_copy(); !ended) co_return std::move(ended).error();
  if (auto ours = co_await check_claim(); !ours) co_return std::move(ours).error();
  if (clock::now() >= next_telling)
    if (auto moved = co_await tell(); !moved) co_return std::move(moved).error();
  const auto place = co_await look();
  if (!place) co_return place.error();
  received = std::max(received, place->read);
  const auto until = next_piece(*place, how.pieces);
  if (!until) co_return phase::caught_up;
  auto statement = copy_statement(
      copy_name(*reader),
      *until,
      pgoutput_parameters(how.publication, reader->server_version(), false, how.stream_parameters));
  if (auto begun = co_await reader->start_stream(std::move(statement)); !begun)
    co_return std::move(begun).error();
  copying = true;
  co_return phase::reading;
}

asio::awaitable<void> backlog_session::state::wait_for_piece(std::shared_ptr<state> self) {
  auto next = co_await self->begin_piece();
  if (next)
    self->now = *next;
  else
    self->fail(std::move(next).error());
  self->bell.ring();
}

backlog_session::backlog_session(std::shared_ptr<state> s) noexcept : state_(std::move(s)) {}

/// The server is told to give up what it decodes for us; its end wakes the coroutine that waits.
backlog_session::~backlog_session() {
  if (state_->now == state::phase::waiting || state_->copying) state_->reader->cancel();
  state_->reader->close();
  state_->keeper->close();
}

call<std::unique_ptr<backlog_session>> backlog_session::open(connection_options database,
                                                             backlog_options how) {
  auto fresh = std::make_shared<state>(co_await asio::this_coro::executor);
  auto reader = co_await connection::open(database, connection_mode::query);
  if (!reader) co_return std::move(reader).error();
  fresh->reader = std::move(*reader);
  if (fresh->reader->server_version() < copies_version_min)
    co_return make_failure(errc::not_permitted, "reading a backlog by SQL needs PostgreSQL 12");
  auto keeper = co_await connection::open(std::move(database), connection_mode::query);
  if (!keeper) co_return std::move(keeper).error();
  fresh->keeper = std::move(*keeper);
  const auto stands = co_await copy_slot(*fresh->reader, how);
  if (!stands) co_return explain(stands.error(), how.slot, errc::slot_missing);
  fresh->told = fresh->confirmed = *stands;
  fresh->received = std::max(*stands, how.start);
  fresh->next_telling = clock::now() + how.confirm_interval;
  fresh->how = std::move(how);
  co_return std::unique_ptr<backlog_session>(new backlog_session(std::move(fresh)));
}

/// The next message of the piece, as the stream would have brought it.
stream_state backlog_session::state::next(xlog_data& data) {
  if (behind) {
    data = *std::exchange(behind, {});
    return stream_state::data;
  }
  for (;;) {
    std::string_view bytes;
    switch (reader->try_copy_data(bytes)) {
      case copy_state::would_block:
        return stream_state::would_block;
      case copy_state::failed:
        return fail(reader->copy_failure());
      case copy_state::ended:
        now = phase::between;
        return stream_state::would_block;
      case copy_state::data:
        break;
    }
    const auto what = read_copied(bytes, data);
    if (!what) return fail(make_failure(what.error(), what.error().message()));
    if (*what == copied::end && begins.holding())
      return fail(make_failure(errc::malformed_message, "a piece ends with a BEGIN"));
    if (*what == copied::end) return stream_state::keepalive;
    if (begins.holding()) {
      behind = data;
      data = begins.release(data);
      return stream_state::data;
    }
    if (!begins.hold(data)) return stream_state::data;
  }
}

stream_state backlog_session::try_next(xlog_data& data) {
  state& s = *state_;
  if (s.now == state::phase::caught_up) return stream_state::caught_up;
  if (s.now == state::phase::failed) return stream_state::failed;
  if (s.now != state::phase::reading) return stream_state::would_block;
  const auto found = s.next(data);
  if (found != stream_state::data) return found;
  s.pace.message(data.payload.size());
  s.received = std::max(s.received, data.start);
  return found;
}

void backlog_session::trim() {
  const bool reading = state_->now == state::phase::reading;
  if (reading && !state_->behind) state_->reader->trim();  // else it is still to be handed out
}

bool backlog_session::rest(bool behind) {
  if (state_->now != state::phase::reading) return false;
  const auto pause = state_->pace.pause(clock::now(), behind);
  if (pause.count() == 0) return false;
  std::this_thread::sleep_for(pause);
  return true;
}

call<bool> backlog_session::wait_readable(clock::time_point until) {
  state& s = *state_;
  if (s.now == state::phase::reading) co_return co_await s.reader->wait_readable(until);
  if (s.now == state::phase::between) {
    s.now = state::phase::waiting;
    asio::co_spawn(s.executor, state::wait_for_piece(state_), asio::detached);
  }
  co_return co_await s.bell.wait_until(until);
}

void backlog_session::wake() {
  state_->bell.ring();
  state_->reader->wake();
}

failure backlog_session::stream_failure() const {
  return state_->trouble;
}

void backlog_session::confirm(lsn position) noexcept {
  assert(position >= state_->confirmed && "the confirmed position moves back");
  state_->confirmed = position;
}
lsn backlog_session::confirmed() const noexcept {
  return state_->confirmed;
}
lsn backlog_session::received() const noexcept {
  return state_->received;
}

call<nothing> backlog_session::finish() {
  state& s = *state_;
  while (s.now == state::phase::waiting) {
    s.reader->cancel();
    s.reader->close();
    co_await s.bell.wait();
  }
  auto moved = co_await s.tell();
  if (!moved) co_return explain(std::move(moved).error(), s.how.slot, errc::slot_missing);
  co_return nothing{};
}

}  // namespace tidewire::postgres
