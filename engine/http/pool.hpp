#pragma once

#include "base/task.hpp"
#include "http/message.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace tidewire::http {

/// Where an HTTP server is: `https://kinesis.eu-west-1.amazonaws.com`, `http://localhost:4566`.
struct origin {
  bool tls = true;
  std::string host;
  std::uint16_t port = 443;

  /// `host`, with the port where it is not the scheme's own: the value of the Host header.
  std::string authority() const;
  bool operator==(const origin&) const = default;
};

/// Reads `scheme://host[:port][/path]`; the path is handed back in `path` ("/" where there is
/// none).
result<origin> parse_origin(std::string_view url, std::string* path = nullptr);

/// Keep-alive HTTP/1.1 connections to one origin, opened as needed and given back after each
/// answer. For one thread.
class pool {
 public:
  struct options {
    std::size_t connections_max = 32;                // a request beyond waits for a free one
    std::chrono::milliseconds connect_ms_max{3000};  // DNS, TCP and TLS together
    std::chrono::seconds idle_max{20};  // an idle connection older than this is not used again
    std::size_t response_bytes_max = 64U * 1024U * 1024U;
    std::string ca_file;  // extra trust, such as AWS_CA_BUNDLE; empty: the system's
    bool verify_peer = true;
  };

  pool(asio::any_io_executor executor, origin to, options how);
  ~pool();

  const origin& to() const noexcept;

  /// Sends the request and reads the answer within `deadline` of now. A request that met a stale
  /// kept connection before any byte of an answer came is sent once more on a new one. `message`
  /// must live until the answer.
  /// \errors http::errc and what the system says: refused, reset, timed out, host not found,
  /// certificate not trusted.
  task<response> send(const request& message, std::chrono::milliseconds deadline);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace tidewire::http
