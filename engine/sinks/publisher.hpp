#pragma once

#include "base/compression.hpp"
#include "pipeline/exchange.hpp"
#include "pipeline/lanes.hpp"
#include "sinks/condition.hpp"
#include "sinks/destination.hpp"
#include "sinks/letter_box.hpp"
#include "telemetry/note.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::sinks {

/// What a publisher has done so far. Written by its thread, read by any.
struct publisher_counters {
  std::atomic<std::uint64_t> records{0};  // durable
  std::atomic<std::uint64_t> bytes{0};    // of keys and data of those, as sent
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> retries{0};  // records that had to go again
  std::atomic<std::uint64_t> skipped{
      0};  // records that this sink does not send, or was told to skip
  std::atomic<std::uint64_t> held{
      0};  // records that were refused for good and keep their key waiting
  std::atomic<std::uint64_t> shortened{0};     // records whose columns were cut to fit
  std::atomic<std::uint64_t> dead_letters{0};  // records that went to the dead letters instead
  std::atomic<bool> failing{false};  // the sink, or a stream of it, takes nothing at the moment
  telemetry::note trouble;           // what was last said of that; counts while it is so
};

/// What to do with a record that the service refuses for good.
enum class refusal : std::uint8_t {
  hold,  // say so, and keep it: the log is not let go of, and the key waits until somebody acts
  skip,  // say so, and go on without it
  dead_letter,  // say so, keep its bytes elsewhere, and go on without it
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
    /// Of each value by itself, when it arrives: requests are packed by the bytes that go out, and
    /// what goes again is not compressed again.
    compression values = compression::none;
    /// A smaller form of an event that was refused, tried before on_refusal counts; nothing where
    /// it cannot be smaller. May be empty.
    std::function<std::optional<std::string>(std::string_view value)> shorten;
  };

  /// All must outlive the publisher. `letters` may be null but for refusal::dead_letter.
  publisher(const asio::any_io_executor& executor,
            options how,
            pipeline::exchange& between,
            destination& to,
            publisher_counters& counters,
            letter_box* letters = nullptr);

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

  void take_in(pipeline::batch& b);
  void compress(event::record_buffer& content);
  /// \return how many.
  std::size_t launch_some();
  asio::awaitable<void> fly(std::unique_ptr<flight> mine);
  void settle(const flight& done);
  void settle_record(pipeline::record_state& r, const verdict& v, const report& all, tally& sum);
  void settle_refused(pipeline::record_state& r, const report& all, tally& sum);
  void finish(pipeline::record_state& r);
  bool shorten(pipeline::record_state& r);
  asio::awaitable<void> bury(pipeline::record_state& r, std::string reason);
  void note(const flight& done, bool wholly);
  condition& condition_of(const event::stream& s);
  double random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  asio::any_io_executor executor_;
  options how_;
  pipeline::exchange* between_;
  destination* to_;
  publisher_counters* counters_;
  letter_box* letters_;
  compressor compressor_;
  unpacker unpacker_;  // of what was refused
  pipeline::lanes lanes_;
  std::vector<std::unique_ptr<flight>> idle_flights_;  // kept for their memory
  std::size_t in_flight_ = 0;
  condition sink_;                  // of the sink as a whole
  std::vector<condition> streams_;  // by the stream's index
  std::mt19937_64 random_{std::random_device{}()};
  std::atomic<bool> stopping_{false};
};

}  // namespace tidewire::sinks
