#pragma once

#include "pipeline/batch.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidewire::pipeline {

/// The lanes by key: every key of a stream that has a record which is not durable has a lane, the
/// queue of those records in order. A hash table threaded through the records themselves: a lane is
/// its first record, so there is nothing to allocate but the buckets, which grow to the largest
/// number of keys that ever waited at once.
class lane_table {
 public:
  lane_table();

  /// A record of this key and stream is appended or removed soon: asks the memory for its bucket,
  /// which lies anywhere in a table that other work drives out of the caches.
  void expect(std::uint64_t key_hash, const event::stream& destination) const noexcept;

  /// Puts the record at the end of its lane; true if it is the lane's first.
  bool append(record_state& r);

  /// Takes a record out of its lane: the first, or one of those that are under way with it. The
  /// next of its key if it is now the first of the lane, else null.
  record_state* remove(record_state& r) noexcept;

  /// The first record of the lane that `r` is in.
  record_state& first_of(const record_state& r) noexcept;

  std::size_t lane_count() const noexcept { return lane_count_; }

 private:
  record_state*& bucket_of(const record_state& r) noexcept;
  /// The pointer that points to the first record of r's lane, or to null at the end of the bucket.
  record_state** find(const record_state& r) noexcept;
  static void remove_later(record_state& first, record_state& r) noexcept;
  void grow();

  std::vector<record_state*> buckets_;  // a power of two, at most half as many lanes
  std::size_t lane_count_ = 0;
};

}  // namespace tidewire::pipeline
