#include "local/kinesis/record_log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tidewire::local {
namespace {

/// Small enough to give memory back soon, large enough that a segment per few thousand records
/// costs nothing.
constexpr std::size_t segment_bytes = 1024UL * 1024UL;

}  // namespace

/// The segment that the next `size` bytes are copied into.
record_log::segment& record_log::segment_for(std::size_t size) {
  const bool copies = !segments_.empty() && segments_.back().takes_copies();
  if (copies && segments_.back().copied.size() + size <= segment_bytes) return segments_.back();
  segment& next = segments_.emplace_back();
  next.first = end_;
  if (copies) next.copied.reserve(segment_bytes);  // one was filled: not by doubling again
  return next;
}

std::uint64_t record_log::append(std::string_view partition_key,
                                 std::string_view data,
                                 std::int64_t arrival_ms) {
  const std::size_t size = partition_key.size() + data.size();
  segment& last = segment_for(size);
  const auto at = static_cast<std::uint32_t>(last.copied.size());
  const auto key_size = static_cast<std::uint32_t>(partition_key.size());
  last_arrival_ms_ = std::max(last_arrival_ms_, arrival_ms);
  last.records.push_back({.key_at = at,
                          .key_size = key_size,
                          .data_at = at + key_size,
                          .data_size = static_cast<std::uint32_t>(data.size())});
  last.arrivals_ms.push_back(last_arrival_ms_);
  last.copied.append(partition_key);
  last.copied.append(data);
  last.stored_bytes += size;
  stored_bytes_ += size;
  return end_++;
}

std::uint64_t record_log::adopt(std::string text,
                                std::vector<record_place> records,
                                std::int64_t arrival_ms) {
  assert(!text.empty() && !records.empty());
  const std::uint64_t first = end_;
  segment& whole = segments_.emplace_back();
  whole.first = first;
  whole.adopted = std::move(text);
  whole.records = std::move(records);
  last_arrival_ms_ = std::max(last_arrival_ms_, arrival_ms);
  whole.arrivals_ms.push_back(last_arrival_ms_);
  for (const record_place& place : whole.records)
    whole.stored_bytes += std::size_t{place.key_size} + place.data_size;
  stored_bytes_ += whole.stored_bytes;
  end_ += whole.records.size();
  return first;
}

const record_log::segment& record_log::segment_of(std::uint64_t index) const noexcept {
  assert(index >= first_ && index < end_);
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), index, [](std::uint64_t wanted, const segment& s) {
        return wanted < s.first;
      });
  return *std::prev(after);
}

record_view record_log::at(std::uint64_t index) const noexcept {
  const segment& home = segment_of(index);
  const record_place& place = home.records[index - home.first];
  return {.partition_key = {home.bytes() + place.key_at, place.key_size},
          .data = {home.bytes() + place.data_at, place.data_size},
          .arrival_ms = home.arrival_ms(index - home.first)};
}

std::uint64_t record_log::first_arrived_at(std::int64_t arrival_ms) const noexcept {
  std::uint64_t low = first_;
  std::uint64_t high = end_;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (at(middle).arrival_ms < arrival_ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void record_log::pop_segments_before(std::uint64_t index) noexcept {
  while (!segments_.empty() &&
         segments_.front().first + segments_.front().records.size() <= index) {
    stored_bytes_ -= segments_.front().stored_bytes;
    segments_.pop_front();
  }
}

void record_log::trim_before(std::int64_t arrival_ms) noexcept {
  if (first_ == end_ || at(first_).arrival_ms >= arrival_ms) return;
  first_ = first_arrived_at(arrival_ms);
  pop_segments_before(first_);
}

std::int64_t record_log::oldest_arrival_ms() const noexcept {
  assert(!segments_.empty());
  return segments_.front().arrivals_ms.front();
}

std::size_t record_log::drop_oldest_segment() noexcept {
  const std::size_t before = stored_bytes_;
  if (segments_.empty()) return 0;
  first_ = std::max(first_, segments_.size() > 1 ? segments_[1].first : end_);
  pop_segments_before(first_);
  return before - stored_bytes_;
}

}  // namespace tidewire::local
