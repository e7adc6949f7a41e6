#include "http/connection.hpp"

#include "http/errc.hpp"
#include "http/message_parser.hpp"
#include "http/message_text.hpp"
#include "http/socket_io.hpp"

#include <boost/asio/connect.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace tidewire::http {

namespace {

using asio::ip::tcp;

constexpr std::size_t read_bytes = 64U * 1024U;
/// How much is encrypted before it is written: large enough that system calls do not count, small
/// enough that the encrypted copies of all requests in flight stay within a few megabytes.
constexpr std::size_t encrypt_bytes = 256U * 1024U;

/// A name looked up by the system in a thread of its own, which nothing can interrupt: the waiting
/// is given up, not the look-up.
struct lookup {
  explicit lookup(const asio::any_io_executor& executor) : resolver(executor), over(executor) {}
  tcp::resolver resolver;
  asio::steady_timer over;
  error_code error = errc::deadline_exceeded;
  std::vector<tcp::endpoint> endpoints;
};

task<std::vector<tcp::endpoint>> resolve(tcp::socket::executor_type executor,
                                         origin to,
                                         connection::time_point deadline) {
  error_code not_a_number;
  const auto address = asio::ip::make_address(to.host, not_a_number);
  if (!not_a_number) {
    std::vector<tcp::endpoint> only(1, tcp::endpoint(address, to.port));
    co_return only;
  }
  const auto asked = std::make_shared<lookup>(executor);
  asked->over.expires_at(deadline);
  asked->resolver.async_resolve(
      to.host,
      std::to_string(to.port),
      tcp::resolver::numeric_service,
      [asked](const error_code& error, const tcp::resolver::results_type& found) {
        asked->error = error ? error_code(errc::host_not_found) : error_code();
        for (const auto& entry : found) asked->endpoints.push_back(entry.endpoint());
        asked->over.cancel();
      });
  auto [ignored] = co_await asked->over.async_wait(as_result);
  static_cast<void>(ignored);
  if (asked->error) co_return asked->error;
  co_return std::move(asked->endpoints);
}

}  // namespace

connection::connection(asio::any_io_executor executor, SSL_CTX* tls)
    : socket_(executor), timer_(executor), context_(tls) {}

void connection::arm(time_point deadline) {
  timed_out_ = false;
  timer_.expires_at(deadline);
  timer_.async_wait([self = weak_from_this(), number = ++armed_](const error_code& error) {
    const auto alive = self.lock();
    if (error || alive == nullptr || alive->armed_ != number) return;
    alive->timed_out_ = true;
    alive->close();
  });
}

void connection::disarm() {
  ++armed_;
  timer_.cancel();
}

void connection::close() {
  error_code ignored;
  socket_.close(ignored);
}

error_code connection::named(const error_code& error) const {
  return timed_out_ && error ? error_code(errc::deadline_exceeded) : error;
}

asio::awaitable<error_code> connection::open(const origin& to, time_point deadline) {
  arm(deadline);
  error_code error = co_await resolve_and_connect(to, deadline);
  if (!error && context_ != nullptr) {
    tls_.emplace(*context_, to.host);
    error = co_await shake_hands();
  }
  disarm();
  if (error) close();
  co_return named(error);
}

asio::awaitable<error_code> connection::resolve_and_connect(const origin& to, time_point deadline) {
  auto resolving = resolve(socket_.get_executor(), to, deadline);
  const auto endpoints = co_await std::move(resolving);
  if (!endpoints) co_return endpoints.error();
  error_code error = errc::host_not_found;
  for (const auto& endpoint : *endpoints) {
    if (timed_out_) break;
    close();
    auto [failed] = co_await socket_.async_connect(endpoint, as_result);
    error = failed;
    if (!error) break;
  }
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  co_return error;
}

asio::awaitable<error_code> connection::shake_hands() {
  for (;;) {
    const auto come = tls_->handshake();
    // Done: what is still to be sent goes with the first request.
    if (come && *come == tls_session::progress::done) co_return error_code();
    // Also when it failed: the peer is owed the alert that says why.
    const error_code error = co_await flush_encrypted();
    if (!come) co_return come.error();
    if (error) co_return error;
    const auto size = co_await receive_encrypted();
    if (!size) co_return size.error();
    if (*size == 0) co_return errc::connection_closed;
  }
}

task<std::size_t> connection::receive_encrypted() {
  char* const room = tls_->incoming().prepare(read_bytes);
  auto [error, size] = co_await socket_.async_read_some(asio::buffer(room, read_bytes), as_result);
  if (error == asio::error::eof) co_return std::size_t{0};
  if (error) co_return error;
  tls_->incoming().commit(size);
  co_return size;
}

asio::awaitable<error_code> connection::flush_encrypted() {
  auto& out = tls_->to_send();
  if (out.empty()) co_return error_code();
  const std::array<asio::const_buffer, 1> all{asio::buffer(out.view())};
  const error_code error = co_await write_all(socket_, all);
  out.clear();
  co_return error;
}

asio::awaitable<error_code> connection::write_encrypted(std::string_view plain) {
  while (!plain.empty()) {
    const std::string_view part =
        plain.substr(0, encrypt_bytes - std::min(encrypt_bytes - 1, tls_->to_send().size()));
    if (const error_code error = tls_->write(part)) co_return error;
    plain.remove_prefix(part.size());
    if (tls_->to_send().size() < encrypt_bytes) continue;  // the caller flushes what is left
    const error_code error = co_await flush_encrypted();
    if (error) co_return error;
  }
  co_return error_code();
}

asio::awaitable<error_code> connection::write(const request& message, const std::string& host) {
  head_.clear();
  append_request_head(head_, message, host);
  if (!tls_) {
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_.view()),
                                                  asio::buffer(std::string_view(message.body))};
    const error_code error = co_await write_all(socket_, parts);
    co_return error;
  }
  error_code error = co_await write_encrypted(head_.view());
  if (!error) error = co_await write_encrypted(message.body);
  if (!error) error = co_await flush_encrypted();
  co_return error;
}

task<std::size_t> connection::read_some() {
  char* const room = received_.prepare(read_bytes);
  if (!tls_) {
    auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(room, read_bytes), as_result);
    if (error == asio::error::eof) co_return std::size_t{0};
    if (error) co_return error;
    received_.commit(size);
    co_return size;
  }
  for (;;) {
    const auto size = tls_->read(room, read_bytes);
    if (!size) co_return size.error();
    if (*size > 0) {
      received_.commit(*size);
      co_return *size;
    }
    if (tls_->peer_closed()) co_return std::size_t{0};
    const error_code error = co_await flush_encrypted();  // such as the answer to a key update
    if (error) co_return error;
    auto encrypted = co_await receive_encrypted();
    if (!encrypted || *encrypted == 0) co_return encrypted;
  }
}

task<response> connection::read_answer(bool to_head, std::size_t answer_bytes_max) {
  response_parser parser(answer_bytes_max, to_head);
  for (;;) {
    const auto size = co_await read_some();
    if (!size) co_return size.error();
    if (*size == 0) {
      if (const error_code error = parser.put_end()) co_return error;
      co_return parser.take();
    }
    answer_began_ = true;
    const auto used = parser.put(received_.view());
    if (!used) co_return used.error();
    received_.consume(*used);
    if (!parser.done()) continue;
    reusable_ = parser.keep_alive() && received_.empty();
    co_return parser.take();
  }
}

task<response> connection::exchange(const request& message,
                                    const std::string& host,
                                    time_point deadline,
                                    std::size_t answer_bytes_max) {
  answer_began_ = false;
  reusable_ = false;
  received_.clear();
  arm(deadline);
  const error_code unsent = co_await write(message, host);
  result<response> answered = unsent;
  // A server that refuses a large body may answer and close before it was sent: then the answer is
  // there to be read.
  if (!unsent || !timed_out_) {
    auto reading = read_answer(message.method == "HEAD", answer_bytes_max);
    answered = co_await std::move(reading);
  }
  disarm();
  idle_since_ = std::chrono::steady_clock::now();
  if (unsent) {
    reusable_ = false;
    if (!answered) co_return named(unsent);
  }
  if (!answered) co_return named(answered.error());
  co_return answered;
}

bool connection::still_quiet() {
  if (!socket_.is_open()) return false;
  char byte = 0;
  const auto seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (seen < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  // Over TLS something harmless may have come, such as a session ticket.
  return seen > 0 && tls_.has_value();
}

}  // namespace tidewire::http
