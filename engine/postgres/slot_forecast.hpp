#pragma once

#include "base/lsn.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::postgres {

/// What the server says of a slot at one moment.
struct slot_sample {
  std::string wal_status;  // reserved, extended, unreserved, lost
  std::optional<std::uint64_t>
      safe_bytes;                       // that may be written until it is lost; nothing: no limit
  std::uint64_t retained_bytes = 0;     // of log that is kept for it
  std::uint64_t unconfirmed_bytes = 0;  // of log behind its position
  lsn confirmed_flush;
  lsn written;              // the end of the server's log; of a standby, what it has replayed
  std::optional<lsn> sent;  // to whoever streams from the slot; nothing: nobody does
};

/// How near a slot is to being lost.
enum class slot_risk : std::uint8_t {
  none,
  large,       // more log is kept for it than was said to be much
  filling,     // at this pace it is lost within the warning time
  unreserved,  // the next checkpoint may remove what it needs
  lost,        // what it needs was removed
  missing,     // there is no such slot
};

/// Watches a slot's samples: tells when it will be lost at the present pace, and what to say when
/// its state changes. Pure; time is an argument.
class slot_forecast {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  struct options {
    std::chrono::seconds warning{3600};  // a loss forecast within this is said
    std::uint64_t retained_bytes = 0;    // more than that is said; 0: never
  };

  slot_forecast(std::string slot, options how) : slot_(std::move(slot)), how_(how) {}

  /// A new sample; nothing where there is no slot. The words for the log if the risk is another one
  /// than before.
  std::optional<std::string> look(time_point now, const std::optional<slot_sample>& sample);

  slot_risk risk() const noexcept { return risk_; }
  /// Until the slot is lost, at the pace of the last minutes; nothing: not in sight.
  std::optional<std::chrono::seconds> lost_in() const noexcept { return lost_in_; }
  const std::optional<slot_sample>& last() const noexcept { return last_; }

 private:
  void measure(time_point now, const slot_sample& sample);
  slot_risk judge() const noexcept;
  std::string words() const;

  std::string slot_;
  options how_;
  std::optional<slot_sample> last_;
  time_point last_at_{};
  double bytes_per_second_ = 0;  // by which safe_bytes shrinks, smoothed
  std::optional<std::chrono::seconds> lost_in_;
  slot_risk risk_ = slot_risk::none;
};

}  // namespace tidewire::postgres
