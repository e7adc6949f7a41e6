#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace tidewire::consumer {

/// The last events that were handled, so that those that come again can be told. About 100 bytes
/// each.
class seen_events {
 public:
  /// Of the last `count`; 0 remembers none.
  explicit seen_events(std::size_t count) : count_(count) {}

  /// Whether an event of this identity was added before, and is among the last. The empty identity
  /// never was. Adds it.
  bool add(std::string_view identity);

 private:
  using digest = std::array<std::uint64_t, 2>;  // half of SHA-256: no two events share one
  struct first_half {
    std::size_t operator()(const digest& d) const noexcept { return d[0]; }
  };

  std::size_t count_;
  std::deque<digest> order_;
  std::unordered_set<digest, first_half> known_;
};

}  // namespace tidewire::consumer
