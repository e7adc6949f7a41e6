#include "postgres/connection.hpp"

#include "postgres/connection_parameters.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace tidewire::postgres {
namespace {

using deadline = std::chrono::steady_clock::time_point;
using descriptor = asio::posix::stream_descriptor;
using wait_type = asio::posix::descriptor_base::wait_type;

struct pq_finish {
  void operator()(PGconn* c) const noexcept { PQfinish(c); }
};
struct pq_clear {
  void operator()(PGresult* r) const noexcept { PQclear(r); }
};
struct pq_free {
  void operator()(char* bytes) const noexcept { PQfreemem(bytes); }
};
using pq_result = std::unique_ptr<PGresult, pq_clear>;

deadline from_now(std::chrono::milliseconds duration) { return std::chrono::steady_clock::now() + duration; }

failure lost(std::string_view why) {
  return make_failure(errc::connection_lost, "the connection to the database is lost: " + one_line(why));
}

void log_notice(void*, const PGresult* notice) {
  const char* const text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  const char* const severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (text == nullptr) return;
  const bool warning = severity != nullptr && std::string_view(severity) == "WARNING";
  telemetry::log(warning ? telemetry::level::warning : telemetry::level::debug, "postgres", "the server remarks: {}", text);
}

bool begins_copy(ExecStatusType status) noexcept {
  return status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH || status == PGRES_COPY_IN;
}

/// The server's own words: message, detail and hint on one line. After FATAL and PANIC it closes the connection, even if that
/// has not reached us yet.
failure server_failure(const PGresult* answer) {
  const auto field = [&](int which) -> std::string_view {
    const char* const text = PQresultErrorField(answer, which);
    return text != nullptr ? text : "";
  };
  std::string message = one_line(field(PG_DIAG_MESSAGE_PRIMARY));
  if (message.empty()) message = one_line(PQresultErrorMessage(answer));
  for (const int part : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT})
    if (!field(part).empty()) message += "; " + one_line(field(part));
  const std::string_view severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
  // libpq makes a result of its own when the connection breaks: that one has no severity.
  const errc code = severity == "ERROR" ? errc::query_failed : errc::connection_lost;
  return make_failure(code, std::move(message), field(PG_DIAG_SQLSTATE));
}

}  // namespace

/// libpq owns its socket, and may close it and open another while it connects. Asio therefore waits on duplicates: a fresh one
/// for each step of connecting, then one for reading and, when a send has to wait, one for writing, so that ending the
/// one wait does not end the other.
struct connection::state {
  state(asio::any_io_executor ex, connection_options to) : options(std::move(to)), executor(ex), reading(ex), writing(ex), timer(ex) {}

  ~state() { ++*timer_generation; }

  connection_options options;
  asio::any_io_executor executor;
  std::unique_ptr<PGconn, pq_finish> link;
  descriptor reading;
  descriptor writing;
  asio::steady_timer timer;
  std::unique_ptr<char, pq_free> copied;
  failure copy_trouble;
  bool closed = false;
  bool waiting = false;
  bool woken = false;
  // A timer's handler may already be queued when its wait is over, or this is gone: it then finds another number here.
  std::shared_ptr<std::uint64_t> timer_generation = std::make_shared<std::uint64_t>(0);

  bool good() const noexcept { return !closed && PQstatus(link.get()) == CONNECTION_OK; }
  failure link_lost() const { return lost(closed ? "it was closed" : PQerrorMessage(link.get())); }

  asio::awaitable<outcome<nothing>> resolve_and_connect(connection_mode mode);
  asio::awaitable<outcome<std::vector<std::string>>> resolve(deadline until);
  asio::awaitable<error_code> wait(descriptor& socket, wait_type what, deadline until);
  asio::awaitable<outcome<nothing>> flush(deadline until);
  asio::awaitable<outcome<pq_result>> next_result(deadline until);
  asio::awaitable<outcome<nothing>> drain(deadline until);
  outcome<nothing> assign_duplicate(descriptor& socket);
  failure ran_out_of_time(std::string_view what);
  failure unexpected_copy();
  copy_state copy_has_ended(bool orderly);
  void close() noexcept;
  void cancel() noexcept;
};

// ---- waiting ----------------------------------------------------------------------------------------------------------

outcome<nothing> connection::state::assign_duplicate(descriptor& socket) {
  error_code ignored;
  socket.close(ignored);
  const int copy = ::dup(PQsocket(link.get()));
  if (copy < 0) return make_failure(error_code(errno, boost::system::system_category()), "cannot duplicate the database's socket");
  socket.assign(copy, ignored);
  if (ignored.failed()) {
    ::close(copy);
    return make_failure(ignored, "cannot wait on the database's socket");
  }
  return nothing{};
}

/// No error: ready. asio::error::timed_out: the time has come, or wake() was called. Else what ended the wait.
asio::awaitable<error_code> connection::state::wait(descriptor& socket, wait_type what, deadline until) {
  const std::uint64_t mine = ++*timer_generation;
  bool late = false;
  timer.expires_at(until);
  timer.async_wait([mine, &late, &socket, generation = timer_generation](error_code ended) {
    if (ended.failed() || *generation != mine) return;
    late = true;
    error_code ignored;
    socket.cancel(ignored);
  });
  auto [ended] = co_await socket.async_wait(what, as_result);
  ++*timer_generation;
  timer.cancel();
  if (closed) co_return asio::error::operation_aborted;
  if (late) co_return asio::error::timed_out;
  co_return ended;
}

failure connection::state::ran_out_of_time(std::string_view what) {
  cancel();
  close();
  return make_failure(errc::deadline_exceeded, std::string(what) + " did not end in time");
}

failure connection::state::unexpected_copy() {
  close();
  return make_failure(errc::unexpected_answer, "a statement unexpectedly began to copy");
}

void connection::state::close() noexcept {
  if (closed) return;
  closed = true;
  error_code ignored;
  reading.close(ignored);
  writing.close(ignored);
  timer.cancel();
  if (link && PQsocket(link.get()) >= 0) ::shutdown(PQsocket(link.get()), SHUT_RDWR);
}

void connection::state::cancel() noexcept {
  PGcancel* const request = link ? PQgetCancel(link.get()) : nullptr;
  if (request == nullptr) return;
  // PQcancel opens a connection of its own and blocks, up to the system's timeouts: not on our thread.
  try {
    std::thread([request] {
      char error[256];
      PQcancel(request, error, sizeof error);
      PQfreeCancel(request);
    }).detach();
  } catch (const std::system_error&) {
    PQfreeCancel(request);  // no thread to be had: the server will find out by itself
  }
}

// ---- connecting -------------------------------------------------------------------------------------------------------

asio::awaitable<outcome<std::vector<std::string>>> connection::state::resolve(deadline until) {
  asio::ip::tcp::resolver resolver(executor);
  const std::uint64_t mine = ++*timer_generation;
  timer.expires_at(until);
  timer.async_wait([mine, &resolver, generation = timer_generation](error_code ended) {
    if (!ended.failed() && *generation == mine) resolver.cancel();
  });
  auto [ended, found] = co_await resolver.async_resolve(options.host, "", as_result);
  ++*timer_generation;
  timer.cancel();
  if (ended.failed())
    co_return make_failure(ended, "cannot connect to " + describe(options) + ": the host name cannot be resolved: " + ended.message());
  std::vector<std::string> addresses;
  for (const auto& entry : found) {
    std::string address = entry.endpoint().address().to_string();
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(std::move(address));
  }
  co_return addresses;
}

asio::awaitable<outcome<nothing>> connection::state::resolve_and_connect(connection_mode mode) {
  const deadline until = from_now(options.connect_ms_max);
  std::vector<std::string> addresses;
  if (needs_lookup(options.host)) {
    auto found = co_await resolve(until);
    if (!found) co_return std::move(found).error();
    addresses = std::move(*found);
  }
  const auto parameters = libpq_parameters(options, mode, addresses);
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [name, value] : parameters) {
    keywords.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  link.reset(PQconnectStartParams(keywords.data(), values.data(), /*expand_dbname=*/0));
  if (!link) co_return make_failure(errc::connection_failed, "cannot connect to " + describe(options) + ": out of memory");
  PQsetErrorVerbosity(link.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(link.get(), log_notice, nullptr);
  PostgresPollingStatusType next = PQstatus(link.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) co_return connect_failure(PQerrorMessage(link.get()), options);
    if (auto assigned = assign_duplicate(reading); !assigned) co_return assigned;
    const auto ended = co_await wait(reading, next == PGRES_POLLING_READING ? descriptor::wait_read : descriptor::wait_write, until);
    if (ended == asio::error::timed_out)
      co_return make_failure(errc::deadline_exceeded, "cannot connect to " + describe(options) + ": no answer in time");
    if (ended.failed()) co_return make_failure(ended, "cannot connect to " + describe(options) + ": " + ended.message());
    next = PQconnectPoll(link.get());
  }
  PQsetErrorVerbosity(link.get(), PQERRORS_DEFAULT);
  if (PQsetnonblocking(link.get(), 1) != 0) co_return link_lost();
  co_return assign_duplicate(reading);
}

connection::connection(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

connection::~connection() = default;

call<std::unique_ptr<connection>> connection::open(connection_options to, connection_mode mode) {
  auto fresh = std::make_unique<state>(co_await asio::this_coro::executor, std::move(to));
  auto connected = co_await fresh->resolve_and_connect(mode);
  if (!connected) co_return std::move(connected).error();
  std::unique_ptr<connection> opened(new connection(std::move(fresh)));
  if (mode == connection_mode::query) {
    for (const std::string& statement : opened->options().initial_statements) {
      auto done = co_await opened->query(statement);
      if (!done) co_return std::move(done).error();
    }
  }
  co_return std::move(opened);
}

const connection_options& connection::options() const noexcept { return state_->options; }
bool connection::healthy() const noexcept { return state_->good(); }
int connection::server_version() const noexcept { return PQserverVersion(state_->link.get()); }
std::int32_t connection::backend_pid() const noexcept { return PQbackendPID(state_->link.get()); }
void connection::cancel() noexcept { state_->cancel(); }
void connection::close() noexcept { state_->close(); }

// ---- statements -------------------------------------------------------------------------------------------------------

asio::awaitable<outcome<nothing>> connection::state::flush(deadline until) {
  for (;;) {
    if (closed) co_return link_lost();
    const int left = PQflush(link.get());
    if (left < 0) co_return link_lost();
    if (left == 0) co_return nothing{};
    if (!writing.is_open())
      if (auto assigned = assign_duplicate(writing); !assigned) co_return assigned;
    auto [ended] = co_await writing.async_wait(descriptor::wait_write, as_result);
    if (ended.failed()) co_return closed ? link_lost() : make_failure(ended, "cannot send to the database: " + ended.message());
    if (std::chrono::steady_clock::now() > until) co_return ran_out_of_time("sending to the database");
  }
}

/// Null when the statement has ended.
asio::awaitable<outcome<pq_result>> connection::state::next_result(deadline until) {
  while (PQisBusy(link.get()) != 0) {
    const auto ended = co_await wait(reading, descriptor::wait_read, until);
    if (closed) co_return link_lost();
    if (ended == asio::error::timed_out) co_return ran_out_of_time("a statement");
    if (ended.failed()) co_return make_failure(ended, "cannot read from the database: " + ended.message());
    // On failure there may still be an error message of the server to be had from PQgetResult.
    if (PQconsumeInput(link.get()) == 0 && PQisBusy(link.get()) != 0) co_return link_lost();
  }
  co_return pq_result(PQgetResult(link.get()));
}

/// Takes all answers up to the statement's end; the first refusal among them is the result.
asio::awaitable<outcome<nothing>> connection::state::drain(deadline until) {
  std::optional<failure> refused;
  for (;;) {
    auto answer = co_await next_result(until);
    if (!answer) co_return refused ? *std::move(refused) : std::move(answer).error();
    if (!*answer) break;
    const ExecStatusType status = PQresultStatus(answer->get());
    if (status == PGRES_FATAL_ERROR && !refused) refused = server_failure(answer->get());
    if (begins_copy(status)) co_return unexpected_copy();
  }
  if (refused) co_return *std::move(refused);
  co_return nothing{};
}

call<query_result> connection::query(std::string sql, query_parameters parameters) {
  state& s = *state_;
  if (!s.good()) co_return s.link_lost();
  const deadline until = from_now(s.options.query_ms_max);
  int sent = 0;
  if (parameters.empty()) {
    sent = PQsendQuery(s.link.get(), sql.c_str());
  } else {
    std::vector<const char*> values;
    for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
    sent = PQsendQueryParams(s.link.get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr, nullptr, 0);
  }
  if (sent == 0) co_return s.link_lost();
  if (auto flushed = co_await s.flush(until); !flushed) co_return std::move(flushed).error();

  pq_result last;
  std::optional<failure> refused;
  for (;;) {
    auto answer = co_await s.next_result(until);
    if (!answer) co_return refused ? *std::move(refused) : std::move(answer).error();
    if (!*answer) break;
    const ExecStatusType status = PQresultStatus(answer->get());
    if (begins_copy(status)) co_return s.unexpected_copy();
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      if (!refused) refused = server_failure(answer->get());
    } else {
      last = std::move(*answer);
    }
  }
  if (refused) co_return *std::move(refused);
  if (!last) co_return s.link_lost();
  co_return query_result(last.release());
}

// ---- copy streams -----------------------------------------------------------------------------------------------------

call<nothing> connection::start_copy(std::string sql) {
  state& s = *state_;
  if (!s.good()) co_return s.link_lost();
  const deadline until = from_now(s.options.query_ms_max);
  if (PQsendQuery(s.link.get(), sql.c_str()) == 0) co_return s.link_lost();
  if (auto flushed = co_await s.flush(until); !flushed) co_return flushed;
  auto answer = co_await s.next_result(until);
  if (!answer) co_return std::move(answer).error();
  const ExecStatusType status = PQresultStatus(answer->get());
  if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) co_return nothing{};
  failure refused = status == PGRES_FATAL_ERROR
                        ? server_failure(answer->get())
                        : make_failure(errc::unexpected_answer, "a statement did not begin to copy, as it should");
  answer->reset();
  if (s.good()) (void)co_await s.drain(until);
  co_return refused;
}

/// An error of the server ends a copy just as its orderly end does; what it said (57P01 and the like) is in the result.
copy_state connection::state::copy_has_ended(bool orderly) {
  const pq_result answer(PQisBusy(link.get()) == 0 ? PQgetResult(link.get()) : nullptr);
  if (answer && PQresultStatus(answer.get()) == PGRES_FATAL_ERROR) {
    copy_trouble = server_failure(answer.get());
    return copy_state::failed;
  }
  if (orderly && good()) return copy_state::ended;
  copy_trouble = link_lost();
  return copy_state::failed;
}

copy_state connection::try_copy_data(std::string_view& bytes) {
  state& s = *state_;
  s.copied.reset();
  if (s.closed) {
    s.copy_trouble = s.link_lost();
    return copy_state::failed;
  }
  for (bool read = false;; read = true) {
    char* data = nullptr;
    const int size = PQgetCopyData(s.link.get(), &data, /*async=*/1);
    if (size > 0) {
      s.copied.reset(data);
      bytes = {data, static_cast<std::size_t>(size)};
      return copy_state::data;
    }
    if (size < 0) return s.copy_has_ended(size == -1);
    if (read) return copy_state::would_block;
    if (PQconsumeInput(s.link.get()) == 0) return s.copy_has_ended(false);
  }
}

call<bool> connection::wait_readable(std::chrono::steady_clock::time_point until) {
  state& s = *state_;
  if (s.closed) co_return s.link_lost();
  if (std::exchange(s.woken, false)) co_return false;
  s.waiting = true;
  const auto ended = co_await s.wait(s.reading, descriptor::wait_read, until);
  s.waiting = false;
  if (s.closed) co_return s.link_lost();
  if (std::exchange(s.woken, false) || ended == asio::error::timed_out) co_return false;
  if (ended.failed()) co_return make_failure(ended, "cannot read from the database: " + ended.message());
  co_return true;
}

void connection::wake() {
  state_->woken = true;
  error_code ignored;
  if (state_->waiting) state_->reading.cancel(ignored);
}

failure connection::copy_failure() const { return state_->copy_trouble; }

call<nothing> connection::end_copy() {
  state_->copied.reset();
  co_return co_await state_->drain(from_now(state_->options.query_ms_max));
}

outcome<bool> connection::put_copy_data(std::string_view bytes) {
  state& s = *state_;
  if (s.closed || PQputCopyData(s.link.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) return s.link_lost();
  const int left = PQflush(s.link.get());
  if (left < 0) return s.link_lost();
  return left == 0;
}

outcome<bool> connection::put_copy_end() {
  state& s = *state_;
  if (s.closed || PQputCopyEnd(s.link.get(), nullptr) != 1) return s.link_lost();
  const int left = PQflush(s.link.get());
  if (left < 0) return s.link_lost();
  return left == 0;
}

call<nothing> connection::flush() { co_return co_await state_->flush(from_now(state_->options.query_ms_max)); }

std::string describe(const connection_options& to) {
  std::string text = to.user.empty() ? "" : to.user + '@';
  text += to.host.empty() ? "(libpq's default host)" : to.host;
  if (to.port != 0) text += ':' + std::to_string(to.port);
  if (!to.dbname.empty()) text += '/' + to.dbname;
  return text;
}

}  // namespace tidewire::postgres
