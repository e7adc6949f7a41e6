#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace tidewire::pipeline {

/// A bounded queue from exactly one producing thread to exactly one consuming thread, without a
/// lock. Each side keeps a copy of the other's index and looks at the shared one only when its copy
/// says full or empty, so that in the steady state the two cores do not take each other's cache
/// lines away.
template <class T>
class spsc_ring {
  static_assert(std::is_trivially_copyable_v<T>, "batches travel as pointers");

 public:
  /// Holds at least `capacity` values: the next power of two.
  explicit spsc_ring(std::size_t capacity) : slots_(std::bit_ceil(capacity < 2 ? 2 : capacity)) {}
  spsc_ring(const spsc_ring&) = delete;
  spsc_ring& operator=(const spsc_ring&) = delete;

  std::size_t capacity() const noexcept { return slots_.size(); }

  /// The producer's: false when the ring is full.
  bool try_push(T value) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ == slots_.size()) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ == slots_.size()) return false;
    }
    slots_[tail & (slots_.size() - 1)] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// The consumer's: false when the ring is empty.
  bool try_pop(T& value) noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return false;
    }
    value = slots_[head & (slots_.size() - 1)];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  static constexpr std::size_t cache_line = 64;

  std::vector<T> slots_;
  alignas(cache_line) std::atomic<std::size_t> tail_{0};  // written by the producer
  std::size_t head_seen_ = 0;                             // the producer's
  alignas(cache_line) std::atomic<std::size_t> head_{0};  // written by the consumer
  std::size_t tail_seen_ = 0;                             // the consumer's
};

}  // namespace tidewire::pipeline
