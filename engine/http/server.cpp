#include "http/server.hpp"

#include "base/startup_error.hpp"
#include "http/errc.hpp"
#include "http/message_parser.hpp"
#include "http/message_text.hpp"
#include "http/receive_buffer.hpp"
#include "http/socket_io.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/chrono.h>

#include <array>
#include <ctime>
#include <exception>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace tidewire::http {

namespace {

using asio::ip::tcp;
using steady = std::chrono::steady_clock;

constexpr std::size_t read_bytes = 64U * 1024U;
/// Of a request: its head and a small body. The rest of a large one is received in its place.
constexpr std::size_t first_read_bytes = 16U * 1024U;
/// After an answer to a request that was not read to its end: how long and how much of it is thrown
/// away, so that the client gets the answer and not a reset.
constexpr std::chrono::seconds farewell_max{2};
constexpr std::size_t farewell_bytes_max = 64U * 1024U * 1024U;

struct connection {
  explicit connection(tcp::socket accepted)
      : socket(std::move(accepted)), timer(socket.get_executor()) {}

  tcp::socket socket;
  asio::steady_timer timer;
  steady::time_point deadline;
  bool in_request = false;  // from a request's first byte to the last of its answer
  bool busy = false;        // the handler has a request
  bool ended = false;
  receive_buffer received;
  byte_buffer head;
  std::string peer;
};

/// Closes the connection when it was silent until its deadline. One timer serves all waits of a
/// connection: it is not touched per request, but looks again when it fires.
void watch(std::shared_ptr<connection> c, std::chrono::seconds idle_max) {
  c->timer.expires_at(c->busy ? steady::now() + idle_max : c->deadline);
  c->timer.async_wait([c, idle_max](const error_code& error) {
    if (error || c->ended) return;
    if (!c->busy && steady::now() >= c->deadline) {
      error_code ignored;
      c->socket.close(ignored);
      return;
    }
    watch(c, idle_max);
  });
}

std::string peer_name(const tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string("unknown")
               : fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

answer refusal(const error_code& error) {
  answer a;
  a.message.status = error == errc::body_too_large   ? 413
                     : error == errc::head_too_large ? 431
                                                     : 400;
  a.after = ending::close;
  return a;
}

}  // namespace

struct server::state : std::enable_shared_from_this<state> {
  state(asio::io_context& io, options h, handler a)
      : how(std::move(h)), answer_to(std::move(a)), acceptor(io), pause(io) {}

  options how;
  handler answer_to;
  tcp::acceptor acceptor;
  asio::steady_timer pause;  // of accepting, when the process has no file descriptor left
  std::set<std::shared_ptr<connection>> connections;
  bool stopping = false;
  std::string date;
  std::int64_t date_s = 0;

  void listen();
  std::string_view date_now();
  asio::awaitable<void> accept_loop();
  asio::awaitable<void> serve(std::shared_ptr<connection> c);
  /// Reads until the request is whole. False: it is not, and will not be; `refused` is what to say
  /// about it, if anything.
  asio::awaitable<bool> read_request(connection& c,
                                     request_parser& parser,
                                     std::optional<answer>& refused);
  asio::awaitable<answer> ask_handler(request received, std::string peer);
  asio::awaitable<bool> write_answer(connection& c, const answer& a, response_framing framing);
  asio::awaitable<void> say_farewell(std::shared_ptr<connection> c);
  static void end(connection& c);
};

void server::state::listen() {
  const auto fail = [this](const error_code& error) {
    throw startup_error(
        fmt::format("cannot listen on {}:{}: {}", how.address, how.port, error.message()));
  };
  error_code error;
  const auto address = asio::ip::make_address(how.address, error);
  if (error) fail(error);
  const tcp::endpoint endpoint(address, how.port);
  if (acceptor.open(endpoint.protocol(), error); error) fail(error);
  if (acceptor.set_option(tcp::acceptor::reuse_address(true), error); error) fail(error);
  if (acceptor.bind(endpoint, error); error) fail(error);
  if (acceptor.listen(asio::socket_base::max_listen_connections, error); error) fail(error);
}

std::string_view server::state::date_now() {
  const std::time_t now = std::time(nullptr);
  if (now != date_s) {
    date_s = now;
    date = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
  }
  return date;
}

asio::awaitable<void> server::state::accept_loop() {
  while (!stopping) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (error == asio::error::operation_aborted || stopping) break;
    if (error) {
      telemetry::log(
          telemetry::level::warning, "http", "cannot accept a connection: {}", error.message());
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(as_result);
      continue;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (connections.size() >= how.connections_max) {
      socket.close(ignored);
      continue;
    }
    auto c = std::make_shared<connection>(std::move(socket));
    c->peer = peer_name(c->socket);
    connections.insert(c);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(c)), asio::detached);
  }
}

asio::awaitable<bool> server::state::read_request(connection& c,
                                                  request_parser& parser,
                                                  std::optional<answer>& refused) {
  auto last = steady::time_point::max();  // for the whole of the request
  for (bool promised = false;;) {
    if (!c.received.empty()) {
      if (!c.in_request) last = steady::now() + how.request_max;
      c.in_request = true;
      const auto used = parser.put(c.received.view());
      if (!used) {
        refused = refusal(used.error());
        co_return false;
      }
      c.received.consume(*used);
      if (parser.done()) co_return true;
      if (!promised && parser.head_done() && parser.expects_continue()) {
        promised = true;
        const std::array<asio::const_buffer, 1> go_on{
            asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"))};
        const error_code error = co_await write_all(c.socket, go_on);
        if (error) co_return false;
      }
    }
    if (stopping && !parser.started()) co_return false;
    c.deadline = std::min(steady::now() + how.idle_max, last);
    const std::span<char> in_place = parser.body_room();
    const std::size_t wanted = parser.started() ? read_bytes : first_read_bytes;
    const std::span<char> room =
        in_place.empty() ? std::span(c.received.prepare(wanted), wanted) : in_place;
    auto [error, size] =
        co_await c.socket.async_read_some(asio::buffer(room.data(), room.size()), as_result);
    if (error) co_return false;
    if (in_place.empty()) {
      c.received.commit(size);
      continue;
    }
    parser.fill(size);
    if (parser.done()) co_return true;
  }
}

asio::awaitable<answer> server::state::ask_handler(request received, std::string peer) {
  try {
    auto answering = answer_to(std::move(received), std::move(peer));
    answer a = co_await std::move(answering);
    co_return a;
  } catch (const std::exception& thrown) {
    telemetry::log(
        telemetry::level::error, "http", "a request could not be answered: {}", thrown.what());
  }
  answer failed;
  failed.message.status = 500;
  co_return failed;
}

asio::awaitable<bool> server::state::write_answer(connection& c,
                                                  const answer& a,
                                                  response_framing framing) {
  framing.date = date_now();
  c.head.clear();
  append_response_head(c.head, a.message, framing);
  std::string_view body = has_body(a.message.status, framing.to_head)
                              ? std::string_view(a.message.body)
                              : std::string_view();
  if (a.after == ending::cut) body = body.substr(0, body.size() / 2);
  const std::array<asio::const_buffer, 2> parts{asio::buffer(c.head.view()), asio::buffer(body)};
  c.deadline = steady::now() + how.idle_max;
  const error_code error = co_await write_all(c.socket, parts);
  co_return !error;
}

asio::awaitable<void> server::state::say_farewell(std::shared_ptr<connection> c) {
  error_code ignored;
  c->socket.shutdown(tcp::socket::shutdown_send, ignored);
  asio::steady_timer enough(c->socket.get_executor(), farewell_max);
  enough.async_wait([c](const error_code& error) {
    error_code closing;
    if (!error) c->socket.close(closing);
  });
  for (std::size_t thrown_away = 0; thrown_away < farewell_bytes_max;) {
    c->received.clear();
    char* const room = c->received.prepare(read_bytes);
    auto [error, size] =
        co_await c->socket.async_read_some(asio::buffer(room, read_bytes), as_result);
    if (error) break;
    thrown_away += size;
  }
}

asio::awaitable<void> server::state::serve(std::shared_ptr<connection> c) {
  const auto self = shared_from_this();
  c->deadline = steady::now() + how.idle_max;
  watch(c, how.idle_max);
  for (;;) {
    request_parser parser(how.body_bytes_max);
    std::optional<answer> refused;
    const bool complete = co_await read_request(*c, parser, refused);
    if (!complete && !refused) break;
    answer a;
    response_framing framing;
    if (refused) {
      a = std::move(*refused);
      framing.keep_alive = false;
    } else {
      framing.http_1_0 = parser.http_1_0();
      framing.keep_alive = parser.keep_alive();
      request received = parser.take();
      framing.to_head = received.method == "HEAD";
      c->busy = true;
      auto asking = ask_handler(std::move(received), c->peer);
      a = co_await std::move(asking);
      c->busy = false;
      framing.keep_alive = framing.keep_alive && a.after == ending::keep_alive && !stopping;
    }
    if (a.after == ending::cut) co_await write_answer(*c, a, framing);
    if (a.after == ending::reset || a.after == ending::cut) {
      error_code ignored;
      c->socket.set_option(asio::socket_base::linger(true, 0), ignored);
      break;
    }
    const bool written = co_await write_answer(*c, a, framing);
    c->in_request = false;
    if (!written) break;
    if (refused) co_await say_farewell(c);
    if (!framing.keep_alive) break;
  }
  end(*c);
  connections.erase(c);
}

void server::state::end(connection& c) {
  error_code ignored;
  c.ended = true;
  c.timer.cancel();
  c.socket.close(ignored);
}

server::server(asio::io_context& io, options how, handler answer_to)
    : state_(std::make_shared<state>(io, std::move(how), std::move(answer_to))) {
  state_->listen();
}

server::~server() {
  stop();
}

std::uint16_t server::port() const noexcept {
  error_code error;
  return state_->acceptor.local_endpoint(error).port();
}

asio::awaitable<void> server::run() {
  const auto keep = state_;
  co_await keep->accept_loop();
}

void server::stop() {
  if (state_->stopping) return;
  state_->stopping = true;
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
  for (const auto& c : state_->connections)
    if (!c->busy && !c->in_request) c->socket.close(ignored);
}

}  // namespace tidewire::http
