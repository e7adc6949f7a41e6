#pragma once

#include "aws/failure.hpp"
#include "pipeline/lanes.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::sinks {

namespace asio = boost::asio;

/// What became of one record.
enum class fate : std::uint8_t {
  durable,  // the service has it
  skipped,  // there is nothing to send of it (a tombstone, where those have no meaning): as good as
            // durable
  again,    // the service stumbled: after a backoff
  slow_down,  // throttled: after a longer one
  refused,    // the service will never take this record; again would be refused again
};

struct verdict {
  fate what = fate::again;
  std::chrono::milliseconds retry_after{0};  // the service's wish; 0: none
};

/// What became of a request. One verdict per record, in the order of sending.
struct report {
  std::vector<verdict> verdicts;
  /// Bytes of keys and data as they were sent, of what is durable, where the records did not go one
  /// by one; nothing: they are the records' own.
  std::optional<std::uint64_t> durable_bytes;
  bool unreachable = false;  // no answer came: nothing of this sink works, whatever the stream
  std::string reason;  // why the first of those that did not get through did not, in the service's
                       // words; empty: all well

  /// The same for every record: the request as a whole failed.
  void all(fate what, std::size_t count, const aws::failure& why);
  /// The service will never take the one record at `place`; what the others were given stays.
  void refuse(std::size_t place, const aws::failure& why);
  /// Keeps the first reason only.
  void because(std::string_view text) {
    if (reason.empty()) reason = text;
  }
};

/// How a failure of a request, or of one entry of it, is to be met. Nothing that the environment
/// may mend is refused: credentials, permissions and missing streams are waited for.
verdict verdict_of(const aws::failure& why) noexcept;

/// The sink is gone for good, and nothing can bring it back within this process: the reader of a
/// pipe has closed it. The one failure that ends the program; nothing more is called durable.
class sink_gone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where records go. One per publisher thread, with connections of its own; requests of it overlap.
class destination {
 public:
  virtual ~destination() = default;

  /// What one request may hold.
  virtual const pipeline::lanes::limits& limits() const noexcept = 0;
  /// What it is, for logs: `Kinesis stream`.
  virtual std::string_view kind() const noexcept = 0;
  /// One attempt. `what` and `out` live until it has ended; the records' bytes do not move
  /// meanwhile. \throws sink_gone.
  virtual asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) = 0;
};

using destination_ptr = std::unique_ptr<destination>;

}  // namespace tidewire::sinks
