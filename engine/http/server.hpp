#pragma once

#include "base/task.hpp"
#include "http/message.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tidewire::http {

/// What the handler may ask of the connection beside the answer, so that a server under test can
/// misbehave.
enum class ending { keep_alive, close, reset, cut };

struct answer {
  response message;
  ending after = ending::keep_alive;  // reset: the connection is cut instead of
                                      // answering; cut: in the middle of the answer's body
};

/// A small HTTP/1.1 server on one io_context: keep-alive, chunked bodies, limits, no TLS.
class server {
 public:
  struct options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                            // 0: any free one; see port()
    std::size_t body_bytes_max = 16U * 1024U * 1024U;  // a larger body is answered 413
    std::chrono::seconds idle_max{60};                 // a silent connection is closed
    std::chrono::seconds request_max{300};             // from a request's first byte to its last
    std::size_t connections_max = 4096;                // one more is closed at once
  };
  /// Called once per request, on the io_context's thread; may wait as long as it likes. `peer` is
  /// `address:port`.
  using handler = std::function<asio::awaitable<answer>(request received, std::string peer)>;

  /// Binds and listens at once. \throws startup_error naming the address when it is taken or not
  /// ours.
  server(asio::io_context& io, options how, handler answer_to);
  ~server();

  std::uint16_t port() const noexcept;
  /// Accepts until stop(). Connections are coroutines of their own.
  asio::awaitable<void> run();
  /// No new connections; idle ones are closed, busy ones after their answer.
  void stop();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace tidewire::http
