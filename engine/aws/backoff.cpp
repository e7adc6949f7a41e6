#include "aws/backoff.hpp"

#include <algorithm>

namespace tidewire::aws {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds stumble_base{50};
constexpr milliseconds throttle_base{1000};
constexpr milliseconds cap{20'000};
constexpr milliseconds asked_more_max{5000};

}  // namespace

milliseconds full_jitter(int attempt,
                         milliseconds base,
                         milliseconds limit,
                         double random) noexcept {
  milliseconds longest = std::min(base, limit);
  for (int i = 0; i < attempt && longest < limit; ++i) longest = std::min(longest * 2, limit);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(longest.count()) *
                                                     std::clamp(random, 0.0, 1.0)));
}

milliseconds retry_delay(const failure& why, int attempt, double random) noexcept {
  const milliseconds base = why.what == remedy::slow_down ? throttle_base : stumble_base;
  const milliseconds ours = full_jitter(attempt, base, cap, random);
  return std::clamp(why.retry_after, ours, ours + asked_more_max);
}

}  // namespace tidewire::aws
