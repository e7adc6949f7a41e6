#include "postgres/connection_state.hpp"

#include "postgres/connection_parameters.hpp"
#include "telemetry/log.hpp"

#include <sys/socket.h>

#include <system_error>
#include <thread>
#include <utility>

namespace tidewire::postgres {
namespace {

using telemetry::level;

/// PostgreSQL 18 passes over all changes while the publication is missing, and only warns; earlier
/// versions end the stream. Those changes would be lost, so that it is an end here, too. The text
/// may be in any language; `object_not_in_prerequisite_state` is the only warning of that kind.
constexpr std::string_view publication_skipped = "55000";

}  // namespace

error_fields fields_of(const PGresult* said) noexcept {
  const auto field = [&](int which) -> std::string_view {
    const char* const text = PQresultErrorField(said, which);
    return text != nullptr ? text : "";
  };
  return {.severity = field(PG_DIAG_SEVERITY_NONLOCALIZED),
          .sqlstate = field(PG_DIAG_SQLSTATE),
          .message = field(PG_DIAG_MESSAGE_PRIMARY),
          .detail = field(PG_DIAG_MESSAGE_DETAIL),
          .hint = field(PG_DIAG_MESSAGE_HINT)};
}

failure server_failure(const PGresult* answer) {
  error_fields said = fields_of(answer);
  if (said.message.empty()) said.message = PQresultErrorMessage(answer);
  return server_failure(said);
}

failure server_failure(const error_fields& said) {
  std::string message = one_line(said.message);
  for (const std::string_view part : {said.detail, said.hint})
    if (!part.empty()) message += "; " + one_line(part);
  // libpq makes a result of its own when the connection breaks: that one has no severity.
  const bool refused = said.severity == "ERROR";
  return make_failure(
      refused ? errc::query_failed : errc::connection_lost, std::move(message), said.sqlstate);
}

void connection::state::heed(const error_fields& notice) {
  const bool warning = notice.severity == "WARNING";
  telemetry::log(warning ? level::warning : level::debug,
                 "postgres",
                 "the server remarks: {}",
                 notice.message);
  if (!warning || notice.sqlstate != publication_skipped || !(copying || stream)) return;
  copy_trouble = server_failure(notice);
  copy_trouble.code = errc::publication_missing;
  copy_refused = true;
}

failure connection::state::link_lost() const {
  std::string why = "it was closed";
  if (!closed)
    why = stream && !stream->trouble().empty() ? stream->trouble()
                                               : one_line(PQerrorMessage(link.get()));
  return make_failure(errc::connection_lost, "the connection to the database is lost: " + why);
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
  reading.close();
  writing.close();
  if (link && PQsocket(link.get()) >= 0) ::shutdown(PQsocket(link.get()), SHUT_RDWR);
}

void connection::state::cancel() noexcept {
  PGcancel* const request = link ? PQgetCancel(link.get()) : nullptr;
  if (request == nullptr) return;
  // PQcancel opens a connection of its own and blocks, up to the system's timeouts: not on our
  // thread.
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

call<nothing> connection::state::flush(deadline until) {
  for (;;) {
    if (closed) co_return link_lost();
    const int left = send_some();
    if (left < 0) co_return link_lost();
    if (left == 0) co_return nothing{};
    if (!writing.is_open())
      if (const auto ec = writing.assign(PQsocket(link.get())); ec.failed())
        co_return make_failure(ec, "cannot wait on the database's socket: " + ec.message());
    const auto ended = co_await writing.wait(watched_socket::wait_type::wait_write, until);
    if (closed) co_return link_lost();
    if (ended == asio::error::timed_out) co_return ran_out_of_time("sending to the database");
    if (ended.failed())
      co_return make_failure(ended, "cannot send to the database: " + ended.message());
  }
}

call<pq_result> connection::state::next_result(deadline until) {
  while (PQisBusy(link.get()) != 0) {
    const auto ended = co_await reading.wait(watched_socket::wait_type::wait_read, until);
    if (closed) co_return link_lost();
    if (ended == asio::error::timed_out) co_return ran_out_of_time("a statement");
    if (ended.failed())
      co_return make_failure(ended, "cannot read from the database: " + ended.message());
    // On failure there may still be an error message of the server to be had from PQgetResult.
    if (PQconsumeInput(link.get()) == 0 && PQisBusy(link.get()) != 0) co_return link_lost();
  }
  co_return pq_result(PQgetResult(link.get()));
}

call<nothing> connection::state::drain(deadline until) {
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

}  // namespace tidewire::postgres
