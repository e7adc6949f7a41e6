#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::local {

/// Which share of what goes wrong; 0.05 is one in twenty. Nothing by default.
struct fault_rates {
  double throttle = 0;  // of requests: refused whole with the service's throttling error
  double partial = 0;   // of the records, entries and messages of a batch call: refused alone
  double reset = 0;  // of requests: the connection is cut, half of the time after the work was done
  double error500 = 0;  // of requests: InternalFailure, half of the time after the work was done
  double expired = 0;   // of requests: refused because the credentials' token has expired
  double cut =
      0;  // of requests: done, but the connection is cut in the middle of the answer's body
  double shard = 0;  // of the records for the first shard of a stream: throttled alone
  double md5 = 0;    // of SQS messages sent and received: answered with a wrong MD5 of the body
  std::chrono::milliseconds latency{0};  // added to every answer

  bool any() const noexcept;
};

/// Reads
/// `throttle=0.05,partial=0.1,latency=10ms,reset=0.01,error500=0.01,expired=0.01,cut=0.01,shard=0.2,md5=0.01`.
/// \return nothing and a sentence in `problem` if a name is unknown or a share is outside 0 … 1.
bool parse_fault_rates(std::string_view text, fault_rates& rates, std::string& problem);

/// What is to happen to one request.
enum class request_fault {
  none,
  throttle,
  reset_before,
  reset_after,
  error_before,
  error_after,
  expired,
  cut
};

/// Decides faults by a seed: the same seed and the same order of questions give the same answers on
/// every machine. Requests and the entries inside batches draw from two sequences, so that a retry
/// of one does not move the other.
class fault_source {
 public:
  fault_source(fault_rates rates, std::uint64_t seed) noexcept;

  request_fault next_request() noexcept;
  /// Asked once for each record, entry or message of a batch call.
  bool entry_fails() noexcept;
  /// Asked once for each record of a stream, with the place of its shard among all that the stream
  /// has had.
  bool shard_refuses(std::size_t shard) noexcept;
  /// Asked once for each message whose MD5 is told.
  bool md5_lies() noexcept;
  std::chrono::milliseconds latency() const noexcept { return rates_.latency; }
  bool fails_entries() const noexcept { return rates_.partial > 0 || rates_.shard > 0; }

 private:
  static double draw(std::uint64_t& state) noexcept;

  fault_rates rates_;
  std::uint64_t requests_;
  std::uint64_t entries_;
  std::uint64_t shards_;
  std::uint64_t digests_;
};

}  // namespace tidewire::local
