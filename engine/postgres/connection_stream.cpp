#include "postgres/connection_state.hpp"

#include <utility>

/// A stream of changes on the connection's socket, framed here: docs/decisions/0005-copy-stream.md.
namespace tidewire::postgres {
namespace {

/// Past libpq; nothing where libpq alone knows how to read: GSS, and a TLS library that is not
/// ours.
std::optional<transport> transport_of(PGconn* link) {
  if (PQgssEncInUse(link) != 0) return std::nullopt;
  auto* const tls = static_cast<ssl_st*>(PQsslStruct(link, "OpenSSL"));
  if (PQsslInUse(link) != 0 && tls == nullptr) return std::nullopt;
  return transport(PQsocket(link), tls);
}

}  // namespace

call<nothing> connection::start_stream(std::string sql) {
  state& s = *state_;
  if (!s.good()) co_return s.link_lost();
  const auto until = std::chrono::steady_clock::now() + s.options.query_ms_max;
  if (!s.stream) {
    // libpq has read everything that belonged to the statement before; its buffers are empty.
    auto bytes = transport_of(s.link.get());
    if (!bytes) co_return co_await start_copy(std::move(sql));
    s.stream = std::make_unique<copy_socket>(*std::move(bytes));
  }
  sql.push_back('\0');  // a Query message is a C string
  if (auto put = s.put_stream('Q', sql); !put) co_return std::move(put).error();
  if (auto flushed = co_await s.flush(until); !flushed) co_return flushed;
  std::string_view body;
  auto answer = co_await s.next_message(body, until);
  if (!answer) co_return std::move(answer).error();
  if (*answer == copy_frames::kind::begun) co_return nothing{};
  failure refused =
      make_failure(errc::unexpected_answer, "a statement did not begin to copy, as it should");
  if (*answer == copy_frames::kind::error) refused = server_failure(read_error(body));
  s.close();
  co_return refused;
}

bool connection::hold_at_most(std::size_t bytes) noexcept {
  return state_->stream && state_->stream->hold_at_most(bytes);
}

int connection::state::send_some() {
  if (!stream) return PQflush(link.get());
  switch (stream->flush()) {
    case copy_socket::sent::all:
      return 0;
    case copy_socket::sent::some:
      return 1;
    case copy_socket::sent::failed:
      break;
  }
  return -1;
}

call<copy_frames::kind> connection::state::next_message(std::string_view& body, deadline until) {
  for (;;) {
    if (closed) co_return link_lost();
    const auto found = stream->next(body);
    if (found == copy_frames::kind::malformed) co_return link_lost();
    if (found == copy_frames::kind::notice) {
      heed(read_error(body));
      continue;
    }
    if (found != copy_frames::kind::incomplete) co_return found;
    const auto ended = co_await reading.wait(watched_socket::wait_type::wait_read, until);
    if (closed) co_return link_lost();
    if (ended == asio::error::timed_out) co_return ran_out_of_time("a statement");
    if (ended.failed())
      co_return make_failure(ended, "cannot read from the database: " + ended.message());
  }
}

copy_state connection::state::try_stream(std::string_view& bytes) {
  using enum copy_frames::kind;
  while (!closed) {
    switch (stream->next(bytes)) {
      case notice:
        heed(read_error(bytes));
        if (copy_refused) return copy_state::failed;
        continue;
      case data:
        return copy_state::data;
      case incomplete:
        return copy_state::would_block;
      case done:
      case completed:  // so ends a server that shuts down
        return copy_state::ended;
      case error:
        copy_trouble = server_failure(read_error(bytes));
        return copy_state::failed;
      case begun:
      case ready:
      case malformed:
        break;
    }
    break;
  }
  copy_trouble = link_lost();
  return copy_state::failed;
}

outcome<bool> connection::state::put_stream(char type, std::string_view body) {
  const auto how = stream->put(type, body);
  if (how == copy_socket::sent::failed) return link_lost();
  return how == copy_socket::sent::all;
}

/// What the server still says after its CopyDone, up to the end of the statement.
call<nothing> connection::state::drain_stream(deadline until) {
  std::optional<failure> refused;
  for (;;) {
    std::string_view body;
    auto said = co_await next_message(body, until);
    if (!said) co_return refused ? *std::move(refused) : std::move(said).error();
    if (*said == copy_frames::kind::ready) break;
    if (*said == copy_frames::kind::error && !refused) refused = server_failure(read_error(body));
  }
  if (refused) co_return *std::move(refused);
  co_return nothing{};
}

}  // namespace tidewire::postgres
