#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tidewire::relay {

/// When to ask a shard for its next page, and for how many records. Kinesis allows five GetRecords
/// a second for each shard, all readers together, which a reader of large pages rarely needs: while
/// data flow it asks at once, and keeps to that rate for a while after it was throttled. Pure.
class pace {
 public:
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  struct limits {
    milliseconds idle_min{200};         // after the first empty page
    milliseconds idle_max{1000};        // after many
    milliseconds throttled_gap{220};    // between calls for `careful_for` after a throttled one
    milliseconds throttled_wait{1000};  // before the next try after a throttled call
    std::chrono::seconds careful_for{60};
    std::size_t page_bytes = 2U * 1024U * 1024U;  // what a page should come to, for memory's sake
  };
  static constexpr std::int64_t records_max = 10'000;  // of one GetRecords

  explicit pace(limits how) : limits_(how) {}

  /// A page came: how long to wait before asking again.
  milliseconds after_page(std::size_t records, std::size_t bytes, clock::time_point now);
  milliseconds after_throttling(clock::time_point now);
  /// How many records to ask for, by the size of those that came.
  std::int64_t page_limit() const noexcept { return page_limit_; }

 private:
  limits limits_;
  milliseconds idle_{0};
  clock::time_point careful_until_{};
  std::int64_t page_limit_ = 500;
};

}  // namespace tidewire::relay
