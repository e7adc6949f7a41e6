#include "sinks/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace tidewire::sinks {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds base_transient{50};
constexpr milliseconds base_throttled{200};
constexpr milliseconds wish_max{
    5000};  // the SDKs honour a longer x-amz-retry-after no further either

milliseconds cap(unsigned failures) noexcept {
  if (failures <= 10) return milliseconds{1000};
  if (failures <= 30) return milliseconds{5000};
  return milliseconds{20'000};
}

}  // namespace

milliseconds backoff(const verdict& why, unsigned failures, double random) noexcept {
  const milliseconds base = why.what == fate::slow_down ? base_throttled : base_transient;
  const unsigned doublings = std::min(std::max(failures, 1U) - 1, 16U);
  const milliseconds ceiling = std::min(cap(failures), base * (1 << doublings));
  const milliseconds wait{std::llround(static_cast<double>(ceiling.count()) * random)};
  return std::max(wait, std::min(why.retry_after, wish_max));
}

}  // namespace tidewire::sinks
