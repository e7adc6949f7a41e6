#pragma once

#include <algorithm>
#include <chrono>

namespace tidewire::local {

/// So much a second, saved up to a bound. What does not fit now is refused, and takes nothing.
class token_bucket {
 public:
  token_bucket(double per_second, double saved_max) noexcept
      : per_second_(per_second), saved_max_(saved_max), saved_(saved_max) {}

  bool has(double amount, std::chrono::system_clock::time_point now) noexcept {
    refill(now);
    return saved_ >= amount;
  }
  void take(double amount) noexcept { saved_ -= amount; }
  bool try_take(double amount, std::chrono::system_clock::time_point now) noexcept {
    if (!has(amount, now)) return false;
    take(amount);
    return true;
  }

 private:
  void refill(std::chrono::system_clock::time_point now) noexcept {
    if (last_ != std::chrono::system_clock::time_point{} && now > last_)
      saved_ = std::min(saved_max_,
                        saved_ + per_second_ * std::chrono::duration<double>(now - last_).count());
    last_ = std::max(last_, now);
  }

  double per_second_;
  double saved_max_;
  double saved_;
  std::chrono::system_clock::time_point last_{};
};

}  // namespace tidewire::local
