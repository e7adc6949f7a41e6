#pragma once

#include "base/lsn.hpp"
#include "telemetry/counter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace tidewire::app {

/// How long changes are on their way: from their commit in the database until the sink has them.
/// Marks a commit now and then, since to mark each would cost more than some commits do. Pure;
/// times are Unix milliseconds, those of commits by the server's clock.
class delivery_clock {
 public:
  /// A transaction begins to be read, whose end may have to wait for room. Marked if no mark is on
  /// its way, or if its commit is younger than the last mark's by the distance that marks have:
  /// 50 ms, and more when so many wait that there is no room. One that was marked before, and comes
  /// again, is passed over.
  /// \param commit where the record of its commit begins: before its end, and not before the end of
  /// the commit ahead of it
  void read(lsn commit, std::int64_t commit_ms) noexcept;

  /// All up to here is at the sink.
  void durable(lsn up_to, std::int64_t now_ms) noexcept;

  /// The log is read anew from a place up to which all is durable; it may be another log.
  void restart() noexcept;

  bool waiting() const noexcept { return count_ > 0; }
  /// The age of the oldest commit that is read, or was, and is not at the sink; 0: there is none.
  std::int64_t oldest_ms(std::int64_t now_ms) const noexcept;
  /// Of the marks that arrived: from commit to sink.
  const telemetry::histogram& delays_ms() const noexcept { return delays_ms_; }

 private:
  static constexpr std::size_t marks_max = 128;
  static constexpr std::int64_t distance_min_ms = 50;

  struct mark {
    lsn commit;
    std::int64_t commit_ms = 0;
  };

  mark& at(std::size_t index) noexcept { return marks_[(first_ + index) % marks_max]; }
  const mark& at(std::size_t index) const noexcept { return marks_[(first_ + index) % marks_max]; }
  void thin_out() noexcept;

  std::array<mark, marks_max> marks_{};  // a ring, in the order of the log
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::int64_t distance_ms_ = distance_min_ms;
  lsn last_;  // that was marked
  telemetry::histogram delays_ms_{1,
                                  2,
                                  5,
                                  10,
                                  20,
                                  50,
                                  100,
                                  200,
                                  500,
                                  1000,
                                  2000,
                                  5000,
                                  10'000,
                                  30'000,
                                  60'000,
                                  300'000,
                                  1'800'000,
                                  7'200'000};
};

}  // namespace tidewire::app
