#pragma once

#include "app/aws_clients.hpp"
#include "app/sink_letters.hpp"
#include "config/settings.hpp"
#include "pipeline/doorbell.hpp"
#include "pipeline/exchange.hpp"
#include "sinks/publisher.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <thread>

namespace tidewire::app {

/// One thread that publishes: its own io_context, AWS clients, connections and publisher; the
/// exchange is all that it shares.
class publisher_thread {
 public:
  /// Makes everything, on the caller's thread. \throws startup_error for a sink that cannot work.
  publisher_thread(const config::settings& properties,
                   const config::environment& env,
                   sinks::publisher::options how,
                   std::size_t batches_max,
                   pipeline::doorbell& reader_bell);
  publisher_thread(const publisher_thread&) = delete;
  publisher_thread& operator=(const publisher_thread&) = delete;
  ~publisher_thread();

  void start();
  /// Lets requests in flight end, at most until `until`. False: some have not, and the process must
  /// end without waiting for them.
  bool stop(std::chrono::steady_clock::time_point until);

  pipeline::exchange& between() noexcept { return between_; }
  const sinks::publisher_counters& counters() const noexcept { return counters_; }

 private:
  void work();

  asio::io_context io_{1};
  aws_clients clients_;
  sinks::destination_ptr destination_;
  pipeline::exchange between_;
  sinks::publisher_counters counters_;
  std::unique_ptr<sink_letters> letters_;  // null: none are asked for
  sinks::publisher publisher_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace tidewire::app
