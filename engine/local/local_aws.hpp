#pragma once

#include "local/call/fault_source.hpp"
#include "local/call/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace tidewire::local {

/// The local AWS: Kinesis, EventBridge and SQS behind one HTTP endpoint. For one thread.
class local_aws {
 public:
  struct options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one; see port()
    identity who = {};
    std::string secret = "test";  // what every request must be signed with, under any access key id
    bool quotas = false;          // refuse what the published quotas of AWS refuse
    fault_rates faults = {};
    std::uint64_t seed = 1;  // of the faults
    std::filesystem::path data =
        {};  // a folder that keeps everything over a restart; empty: memory only
    /// Of Kinesis records, beyond which the oldest go, and of messages, beyond which sends are
    /// refused. 0: no bound.
    std::size_t memory_bytes_max = 0;
    std::function<void(const std::string&)> warn = {};
  };

  /// Listens at once. \throws startup_error if the address is taken or the data folder cannot be
  /// used.
  local_aws(boost::asio::io_context& io, options how);
  ~local_aws();

  std::uint16_t port() const noexcept;
  /// Serves until stop(), then writes down what is kept.
  boost::asio::awaitable<void> run();
  void stop();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace tidewire::local
