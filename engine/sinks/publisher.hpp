#pragma once

#include "pipeline/exchange.hpp"
#include "pipeline/lanes.hpp"
#include "sinks/condition.hpp"
#include "sinks/destination.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace tidewire::sinks {

/// What a publisher has done so far. Written by its thread, read by any.
struct publisher_counters {
  std::atomic<std::uint64_t> records{0};  // durable
  std::atomic<std::uint64_t> bytes{0};    // of keys and values of those
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> retries{0};  // records that had to go again
  std::atomic<std::uint64_t> skipped{
      0};  // records that this sink does not send, or was told to skip
  std::atomic<std::uint64_t> held{
      0};  // records that were refused for good and keep their key waiting
  std::atomic<bool> failing{false};  // the sink, or a stream of it, takes nothing at the moment
};

/// What to do with a record that the service refuses for good.
enum class refusal : std::uint8_t {
  hold,  // say so, and keep it: the log is not let go of, and the key waits until somebody acts
  skip,  // say so, and go on without it
};

/// Brings batches to a destination: takes filled ones, keeps many requests in flight, sends again
/// what must be sent again and nothing else, and gives a batch back when all of it is durable. One
/// per publisher thread. Never gives up.
class publisher {
 public:
  struct options {
    pipeline::lanes::options lanes;
    std::size_t requests_max = 64;  // in flight, of all streams
    refusal on_refusal = refusal::hold;
  };

  /// `between`, `to` and `counters` must outlive the publisher.
  publisher(const asio::any_io_executor& executor,
            options how,
            pipeline::exchange& between,
            destination& to,
            publisher_counters& counters);

  /// Works until stop(), and until the requests in flight have ended.
  asio::awaitable<void> run();
  /// From any thread. What is not durable by then stays with the publisher.
  void stop();

 private:
  using clock = std::chrono::steady_clock;
  struct flight {
    pipeline::lanes::request request;
    report outcome;
  };
  /// What one request adds to the counters.
  struct tally {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint64_t retries = 0;
    std::uint64_t skipped = 0;
  };

  void launch_all();
  asio::awaitable<void> fly(std::unique_ptr<flight> mine);
  void settle(const flight& done);
  void settle_record(pipeline::record_state& r, const verdict& v, const report& all, tally& sum);
  void note(const flight& done, bool wholly);
  condition& condition_of(const event::stream& s);
  double random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  asio::any_io_executor executor_;
  options how_;
  pipeline::exchange* between_;
  destination* to_;
  publisher_counters* counters_;
  pipeline::lanes lanes_;
  std::vector<std::unique_ptr<flight>> idle_flights_;  // kept for their memory
  std::size_t in_flight_ = 0;
  condition sink_;                  // of the sink as a whole
  std::vector<condition> streams_;  // by the stream's index
  std::mt19937_64 random_{std::random_device{}()};
  std::atomic<bool> stopping_{false};
};

}  // namespace tidewire::sinks
