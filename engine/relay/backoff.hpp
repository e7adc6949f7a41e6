#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace tidewire::relay {

/// Full jitter: a random time up to a ceiling that doubles with each failure in a row.
class backoff {
 public:
  struct limits {
    std::chrono::milliseconds first{100};
    std::chrono::milliseconds ceiling_max{20'000};
  };

  backoff(limits how, std::uint64_t seed) : limits_(how), random_(seed) {}

  std::chrono::milliseconds failed() {
    constexpr int doublings_max = 20;
    const auto ceiling =
        std::min(limits_.ceiling_max, limits_.first * (std::int64_t{1} << failures_));
    failures_ = std::min(failures_ + 1, doublings_max);
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(1, ceiling.count())(random_));
  }
  void succeeded() noexcept { failures_ = 0; }
  bool is_failing() const noexcept { return failures_ > 0; }

 private:
  limits limits_;
  std::mt19937_64 random_;
  int failures_ = 0;
};

}  // namespace tidewire::relay
