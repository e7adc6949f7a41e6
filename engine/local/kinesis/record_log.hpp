#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// A record as stored; valid until the log is trimmed or destroyed.
struct record_view {
  std::string_view partition_key;
  std::string_view data;
  std::int64_t arrival_ms = 0;  // since 1970, never falling from one record to the next
};

/// Where a record is in a text that holds several.
struct record_place {
  std::uint32_t key_at;
  std::uint32_t key_size;
  std::uint32_t data_at;
  std::uint32_t data_size;
};

/// What one shard holds: records at the end, oldest trimmed at the front, each with an index that
/// is never used again.
class record_log {
 public:
  explicit record_log(std::uint64_t first_index = 0) noexcept
      : first_(first_index), end_(first_index) {}

  /// \return the record's index.
  std::uint64_t append(std::string_view partition_key,
                       std::string_view data,
                       std::int64_t arrival_ms);

  /// Appends the records in a text, one at least, and keeps the text as it is: none is copied.
  /// \return the index of the first.
  std::uint64_t adopt(std::string text, std::vector<record_place> records, std::int64_t arrival_ms);

  std::uint64_t first_index() const noexcept { return first_; }
  std::uint64_t end_index() const noexcept { return end_; }
  std::size_t stored_bytes() const noexcept { return stored_bytes_; }

  /// \param index from first_index() up to, not including, end_index().
  record_view at(std::uint64_t index) const noexcept;
  /// The first record that arrived at or after the time; end_index() if there is none.
  std::uint64_t first_arrived_at(std::int64_t arrival_ms) const noexcept;

  /// Forgets what arrived before the time. Memory is given back a segment at a time.
  void trim_before(std::int64_t arrival_ms) noexcept;
  std::size_t segment_count() const noexcept { return segments_.size(); }
  /// Of the first record that memory is held for; with a segment only.
  std::int64_t oldest_arrival_ms() const noexcept;
  /// Forgets the oldest segment, also the only one. \return the bytes given back.
  std::size_t drop_oldest_segment() noexcept;

 private:
  /// Records one behind the other in memory, each copied there or all of them adopted with their
  /// text.
  struct segment {
    std::uint64_t first = 0;
    byte_buffer copied;
    std::string adopted;
    std::vector<record_place> records;
    std::vector<std::int64_t> arrivals_ms;  // of each record; of an adopted text one for all
    std::size_t stored_bytes = 0;

    bool takes_copies() const noexcept { return adopted.empty(); }
    std::int64_t arrival_ms(std::size_t record) const noexcept {
      return arrivals_ms[takes_copies() ? record : 0];
    }
    const char* bytes() const noexcept { return takes_copies() ? copied.data() : adopted.data(); }
  };

  segment& segment_for(std::size_t size);
  const segment& segment_of(std::uint64_t index) const noexcept;
  void pop_segments_before(std::uint64_t index) noexcept;

  std::deque<segment> segments_;
  std::uint64_t first_;
  std::uint64_t end_;
  std::size_t stored_bytes_ = 0;
  std::int64_t last_arrival_ms_ = 0;
};

}  // namespace tidewire::local
