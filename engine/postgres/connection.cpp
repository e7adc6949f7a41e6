#include "postgres/connection.hpp"

#include "postgres/connection_state.hpp"

#include <utility>

namespace tidewire::postgres {
namespace {

std::chrono::steady_clock::time_point from_now(std::chrono::milliseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

bool send(PGconn* link, const std::string& sql, const query_parameters& parameters) {
  if (parameters.empty()) return PQsendQuery(link, sql.c_str()) != 0;
  std::vector<const char*> values;
  for (const auto& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  const int count = static_cast<int>(values.size());
  return PQsendQueryParams(link, sql.c_str(), count, nullptr, values.data(), nullptr, nullptr, 0) !=
         0;
}

}  // namespace

connection::connection(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
connection::~connection() = default;

const connection_options& connection::options() const noexcept {
  return state_->options;
}
bool connection::healthy() const noexcept {
  return state_->good();
}
int connection::server_version() const noexcept {
  return PQserverVersion(state_->link.get());
}
std::int32_t connection::backend_pid() const noexcept {
  return PQbackendPID(state_->link.get());
}
void connection::cancel() noexcept {
  state_->cancel();
}
void connection::close() noexcept {
  state_->close();
}

call<query_result> connection::query(std::string sql, query_parameters parameters) {
  state& s = *state_;
  if (!s.good()) co_return s.link_lost();
  const auto until = from_now(s.options.query_ms_max);
  if (!send(s.link.get(), sql, parameters)) co_return s.link_lost();
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

call<nothing> connection::start_copy(std::string sql) {
  state& s = *state_;
  if (!s.good()) co_return s.link_lost();
  const auto until = from_now(s.options.query_ms_max);
  if (!send(s.link.get(), sql, {})) co_return s.link_lost();
  if (auto flushed = co_await s.flush(until); !flushed) co_return flushed;
  auto answer = co_await s.next_result(until);
  if (!answer) co_return std::move(answer).error();
  s.copying = begins_copy(PQresultStatus(answer->get()));
  if (s.copying) co_return nothing{};
  failure refused =
      make_failure(errc::unexpected_answer, "a statement did not begin to copy, as it should");
  if (PQresultStatus(answer->get()) == PGRES_FATAL_ERROR) refused = server_failure(answer->get());
  answer->reset();
  if (s.good())
    (void)co_await s.drain(until);  // so that it can be asked again; its first answer is the reason
  co_return refused;
}

bool connection::peek_copy_data(std::string_view& bytes) noexcept {
  return !state_->closed && state_->stream && state_->stream->peek_data(bytes);
}

copy_state connection::try_copy_data(std::string_view& bytes) {
  state& s = *state_;
  if (s.stream) return s.try_stream(bytes);
  s.copied.reset();
  if (s.closed) {
    s.copy_trouble = s.link_lost();
    return copy_state::failed;
  }
  for (bool read = false;; read = true) {
    char* data = nullptr;
    const int size = PQgetCopyData(s.link.get(), &data, /*async=*/1);
    if (size > 0) s.copied.reset(data);
    if (s.copy_refused) return copy_state::failed;
    if (size > 0) {
      bytes = {data, static_cast<std::size_t>(size)};
      return copy_state::data;
    }
    if (size < 0) return s.copy_has_ended(size == -1);
    if (read) return copy_state::would_block;
    if (PQconsumeInput(s.link.get()) == 0) return s.copy_has_ended(false);
  }
}

void connection::trim() {
  state_->copied.reset();
  if (state_->stream) state_->stream->trim();
}

call<bool> connection::wait_readable(std::chrono::steady_clock::time_point until) {
  state& s = *state_;
  if (s.closed) co_return s.link_lost();
  if (std::exchange(s.woken, false)) co_return false;
  s.waiting = true;
  const auto ended = co_await s.reading.wait(watched_socket::wait_type::wait_read, until);
  s.waiting = false;
  if (s.closed) co_return s.link_lost();
  if (std::exchange(s.woken, false) || ended == asio::error::timed_out) co_return false;
  if (ended.failed())
    co_return make_failure(ended, "cannot read from the database: " + ended.message());
  co_return true;
}

void connection::wake() {
  state_->woken = true;
  if (state_->waiting) state_->reading.interrupt();
}

failure connection::copy_failure() const {
  return state_->copy_trouble;
}

call<nothing> connection::end_copy() {
  if (state_->stream)
    co_return co_await state_->drain_stream(from_now(state_->options.query_ms_max));
  state_->copied.reset();
  co_return co_await state_->drain(from_now(state_->options.query_ms_max));
}

outcome<bool> connection::put_copy_data(std::string_view bytes) {
  state& s = *state_;
  if (s.closed) return s.link_lost();
  if (s.stream) return s.put_stream('d', bytes);
  if (PQputCopyData(s.link.get(), bytes.data(), static_cast<int>(bytes.size())) != 1)
    return s.link_lost();
  const int left = PQflush(s.link.get());
  if (left < 0) return s.link_lost();
  return left == 0;
}

outcome<bool> connection::put_copy_end() {
  state& s = *state_;
  if (!s.closed && s.stream) return s.put_stream('c', {});
  if (s.closed || PQputCopyEnd(s.link.get(), nullptr) != 1) return s.link_lost();
  const int left = PQflush(s.link.get());
  if (left < 0) return s.link_lost();
  return left == 0;
}

call<nothing> connection::flush(std::chrono::milliseconds within) {
  co_return co_await state_->flush(from_now(within));
}

}  // namespace tidewire::postgres
