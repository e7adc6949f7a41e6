#include "app/delivery_clock.hpp"

#include <algorithm>

namespace tidewire::app {

void delivery_clock::read(lsn commit, std::int64_t commit_ms) noexcept {
  if (count_ > 0 && commit_ms < at(count_ - 1).commit_ms + distance_ms_) return;
  if (commit <= last_) return;
  if (count_ == marks_max) {
    thin_out();
    if (commit_ms < at(count_ - 1).commit_ms + distance_ms_) return;
  }
  at(count_) = {.commit = commit, .commit_ms = commit_ms};
  ++count_;
  last_ = commit;
}

void delivery_clock::durable(lsn up_to, std::int64_t now_ms) noexcept {
  for (; count_ > 0 && at(0).commit < up_to; --count_) {
    // A server whose clock is ahead of ours would have us answer before it asked.
    delays_ms_.record(
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_ms - at(0).commit_ms)));
    first_ = (first_ + 1) % marks_max;
  }
  if (count_ == 0) distance_ms_ = distance_min_ms;
}

void delivery_clock::restart() noexcept {
  count_ = 0;
  distance_ms_ = distance_min_ms;
  last_ = lsn{};
}

std::int64_t delivery_clock::oldest_ms(std::int64_t now_ms) const noexcept {
  return count_ == 0 ? 0 : std::max<std::int64_t>(0, now_ms - at(0).commit_ms);
}

/// Every second mark stays, the oldest among them, and those to come lie as far apart.
void delivery_clock::thin_out() noexcept {
  const std::size_t stay = (count_ + 1) / 2;
  for (std::size_t i = 1; i < stay; ++i) at(i) = at(2 * i);
  count_ = stay;
  const std::int64_t span_ms = at(stay - 1).commit_ms - at(0).commit_ms;
  distance_ms_ = std::max(2 * distance_ms_,
                          span_ms / static_cast<std::int64_t>(std::max<std::size_t>(stay - 1, 1)));
}

}  // namespace tidewire::app
