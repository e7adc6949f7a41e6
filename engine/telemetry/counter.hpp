#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

/// Figures that one thread writes and any thread reads. A write is a plain load and store, since
/// nobody else writes: no locked instruction, so the hot path may count every row. A reader sees
/// each figure whole, and different ones from slightly different moments.
namespace tidewire::telemetry {

/// Only grows.
class counter {
 public:
  void add(std::uint64_t more = 1) noexcept {
    value_.store(value() + more, std::memory_order_relaxed);
  }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t more) noexcept { set(value() + more); }
  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// How many values were at most each of some bounds, and their sum.
class histogram {
 public:
  static constexpr std::size_t bounds_max = 24;

  /// \param bounds upper bounds, growing, at most `bounds_max`; what is larger than all of them is
  /// counted too.
  explicit histogram(std::initializer_list<std::uint64_t> bounds) : bound_count_(bounds.size()) {
    assert(bounds.size() <= bounds_max && std::is_sorted(bounds.begin(), bounds.end()));
    std::copy(bounds.begin(), bounds.end(), bounds_.begin());
  }

  void record(std::uint64_t value) noexcept {
    const std::uint64_t* const first = bounds_.data();
    const auto index =
        static_cast<std::size_t>(std::lower_bound(first, first + bound_count_, value) - first);
    auto& bucket = buckets_[index];
    bucket.store(bucket.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    sum_.store(sum() + value, std::memory_order_relaxed);
  }

  std::size_t bound_count() const noexcept { return bound_count_; }
  std::uint64_t bound(std::size_t index) const noexcept { return bounds_[index]; }
  /// How many values were above bound `index - 1` and not above bound `index`; at bound_count()
  /// those above all.
  std::uint64_t count_at(std::size_t index) const noexcept {
    return buckets_[index].load(std::memory_order_relaxed);
  }
  std::uint64_t sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

 private:
  std::size_t bound_count_;
  std::array<std::uint64_t, bounds_max> bounds_{};
  std::array<std::atomic<std::uint64_t>, bounds_max + 1> buckets_{};
  std::atomic<std::uint64_t> sum_{0};
};

}  // namespace tidewire::telemetry
