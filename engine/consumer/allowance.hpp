#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>

namespace tidewire::consumer {

/// How many messages may still be asked for under --max-messages, shared by receives that run at
/// the same time. Pure.
class allowance {
 public:
  explicit allowance(std::optional<std::uint64_t> messages_max) : left_(messages_max) {}

  /// Sets aside up to `wanted`; 0: others have set aside all that is left, or nothing is left.
  int claim(int wanted) {
    if (left_) {
      wanted =
          static_cast<int>(std::min<std::uint64_t>(*left_, static_cast<std::uint64_t>(wanted)));
      *left_ -= static_cast<std::uint64_t>(wanted);
    }
    claimed_ += static_cast<std::uint64_t>(wanted);
    return wanted;
  }

  /// Of a claim, so many were used for good.
  void settle(int claimed, int used) {
    assert(used <= claimed && claimed_ >= static_cast<std::uint64_t>(claimed));
    claimed_ -= static_cast<std::uint64_t>(claimed);
    if (left_) *left_ += static_cast<std::uint64_t>(claimed - used);
  }

  bool is_used_up() const noexcept { return left_ && *left_ == 0 && claimed_ == 0; }

 private:
  std::optional<std::uint64_t> left_;
  std::uint64_t claimed_ = 0;
};

}  // namespace tidewire::consumer
