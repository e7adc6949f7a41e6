#pragma once

#include "base/byte_buffer.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "http/pool.hpp"
#include "http/receive_buffer.hpp"
#include "http/tls_session.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace tidewire::http {

/// One connection of a client, over TLS or plain: one request and its answer at a time.
class connection : public std::enable_shared_from_this<connection> {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `tls` is null for a plain connection; else it outlives this.
  connection(asio::any_io_executor executor, SSL_CTX* tls);

  /// Resolves, connects and shakes hands until `deadline`.
  asio::awaitable<error_code> open(const origin& to, time_point deadline);

  /// Sends one request and reads its answer. `message` and `host` live until then.
  task<response> exchange(const request& message,
                          const std::string& host,
                          time_point deadline,
                          std::size_t answer_bytes_max);

  /// Whether the last exchange had brought at least one byte of an answer: then it may not be
  /// repeated unasked.
  bool answer_began() const noexcept { return answer_began_; }
  /// Whether another exchange may follow the last one.
  bool reusable() const noexcept { return reusable_; }
  /// Whether the peer has left an idle connection alone since: neither closed it nor said something
  /// unasked.
  bool still_quiet();

  time_point idle_since() const noexcept { return idle_since_; }
  void close();

 private:
  asio::awaitable<error_code> resolve_and_connect(const origin& to, time_point deadline);
  asio::awaitable<error_code> shake_hands();
  asio::awaitable<error_code> write(const request& message, const std::string& host);
  asio::awaitable<error_code> write_encrypted(std::string_view plain);
  asio::awaitable<error_code> flush_encrypted();
  /// Appends what has come to `received_`. 0 bytes: the peer has closed.
  task<std::size_t> read_some();
  task<std::size_t> receive_encrypted();
  task<response> read_answer(bool to_head, std::size_t answer_bytes_max);

  void arm(time_point deadline);
  void disarm();
  /// The deadline closes the socket, which the waiting call sees as "aborted": this gives it the
  /// true name.
  error_code named(const error_code& error) const;

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  SSL_CTX* context_;
  std::optional<tls_session> tls_;
  receive_buffer received_;
  byte_buffer head_;
  unsigned armed_ = 0;  // counts deadlines, so that a late timer does not hit the next request
  bool timed_out_ = false;
  bool answer_began_ = false;
  bool reusable_ = false;
  time_point idle_since_;
};

}  // namespace tidewire::http
