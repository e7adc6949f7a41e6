#pragma once

#include "pipeline/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidewire::pipeline {

/// The lanes by key: every key of a stream that has a record which is not durable has a lane, the
/// queue of those records in order. A lane is its first record, and the queue runs through the
/// records, so there is nothing to allocate but a hash table of first records, which grows to the
/// largest number of keys that ever waited at once. A hash stands beside each of them: other lanes'
/// records, which have left the caches long ago, are not looked at.
class lane_table {
 public:
  lane_table();

  /// The hash that a record of this key has in the table. Different ones for different keys of a
  /// stream, and all bits of them differ.
  static std::uint64_t hash_of(std::uint64_t key_hash, const event::stream& destination) noexcept {
    std::uint64_t h = key_hash ^ (std::uint64_t{destination.index} * 0x9E3779B97F4A7C15U);
    h ^= h >> 32U;
    h *= 0xD6E8FEB86659FD93U;
    return h ^ (h >> 32U);
  }

  /// A record of this hash is appended or removed soon: asks the memory for its bucket, which lies
  /// anywhere in a table that other work drives out of the caches, and for the one behind it, which
  /// is looked at as well.
  void expect(std::uint64_t lane_hash) const noexcept {
    const bucket* const home = &buckets_[home_of(lane_hash)];
    __builtin_prefetch(static_cast<const void*>(home), 1);
    __builtin_prefetch(static_cast<const void*>(home + 1), 1);
  }

  /// Puts the record at the end of its lane; true if it is the lane's first.
  bool append(record_state& r);

  /// Takes a record out of its lane: the first, or one of those that are under way with it. The
  /// next of its key if it is now the first of the lane, else null.
  record_state* remove(record_state& r) noexcept;

  /// The first record of the lane that `r` is in.
  record_state& first_of(const record_state& r) noexcept;

  std::size_t lane_count() const noexcept { return lane_count_; }

 private:
  struct bucket {
    std::uint64_t hash = 0;
    record_state* first = nullptr;  // null: the bucket is free
  };

  std::size_t home_of(std::uint64_t lane_hash) const noexcept {
    return lane_hash & (buckets_.size() - 1);
  }
  std::size_t after(std::size_t place) const noexcept { return home_of(place + 1); }
  /// Where r's lane is, or the free bucket where it would be.
  std::size_t find(const record_state& r) const noexcept;
  void free(std::size_t place) noexcept;
  static void remove_later(record_state& first, record_state& r) noexcept;
  void grow();

  // A power of two of them, at most half of which are taken. A lane is in the bucket that the low
  // bits of its hash say, or in one behind it with none free in between.
  std::vector<bucket> buckets_;
  std::size_t lane_count_ = 0;
};

}  // namespace tidewire::pipeline
