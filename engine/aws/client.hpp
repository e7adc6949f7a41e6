#pragma once

#include "aws/credentials.hpp"
#include "aws/failure.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/pool.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tidewire::aws {

/// Everything a service client needs to know; made by the program's wiring from the properties and
/// the environment.
struct client_options {
  std::string service;  // signing name: kinesis, events, sqs
  std::string region;
  http::origin endpoint;
  std::string endpoint_path = "/";
  bool endpoint_is_chosen = true;  // by the user; false: it is the service's own for the region
  http::pool::options connections;
  std::chrono::milliseconds call_ms_max{
      10'000};  // one attempt, from sending to the last byte of the answer
  /// How long a large body may wait to be hashed with others, while other requests are under way.
  std::chrono::microseconds company_us_max{0};
  int attempts_max = 3;  // of call(); publishing retries by itself and asks for 1
  wall_clock now = [] { return std::chrono::system_clock::now(); };
};

/// Signs, sends and, where asked, retries: what the three services have in common. For one thread.
class client {
 public:
  client(asio::any_io_executor executor,
         client_options how,
         std::shared_ptr<credentials_provider> who);
  ~client();
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;

  const client_options& options() const noexcept;
  /// The same client for another place: same credentials, connections of its own.
  client elsewhere(http::origin endpoint, std::string region) const;

  /// An empty text with room for `bytes`, for the body of a request; send() takes it back.
  std::string new_body(std::size_t bytes);

  /// Signs and sends `unsigned_request` (its content-type and x-amz-target headers set, its body
  /// complete), follows the retry table for at most `attempts` tries with full jitter, corrects the
  /// clock and refreshes credentials where the answer asks for it. A 2xx answer is the value;
  /// anything else the failure. `call_ms` 0: options().call_ms_max.
  call<http::response> send(http::request unsigned_request,
                            int attempts = 0,
                            std::chrono::milliseconds call_ms = {});

 private:
  struct state;
  std::shared_ptr<state> state_;  // shared with the calls under way, which may outlast the client
};

}  // namespace tidewire::aws
