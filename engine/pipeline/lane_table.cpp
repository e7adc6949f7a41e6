#include "pipeline/lane_table.hpp"

#include <cassert>
#include <cstdint>
#include <utility>

namespace tidewire::pipeline {
namespace {

constexpr std::size_t buckets_min = 1024;

/// Spreads keys of different streams, and keys whose hashes differ in the high bits only, over the
/// buckets.
std::uint64_t mixed(std::uint64_t key_hash, const event::stream& destination) noexcept {
  std::uint64_t h = key_hash ^ (std::uint64_t{destination.index} * 0x9E3779B97F4A7C15U);
  h ^= h >> 32U;
  h *= 0xD6E8FEB86659FD93U;
  return h ^ (h >> 32U);
}

bool same_lane(const record_state& a, const record_state& b) noexcept {
  return a.key_hash == b.key_hash && a.record().destination == b.record().destination;
}

}  // namespace

lane_table::lane_table() : buckets_(buckets_min) {}

record_state*& lane_table::bucket_of(const record_state& r) noexcept {
  return buckets_[mixed(r.key_hash, *r.record().destination) & (buckets_.size() - 1)];
}

void lane_table::expect(std::uint64_t key_hash, const event::stream& destination) const noexcept {
  const auto* const bucket = &buckets_[mixed(key_hash, destination) & (buckets_.size() - 1)];
  __builtin_prefetch(static_cast<const void*>(bucket), 1);
}

record_state** lane_table::find(const record_state& r) noexcept {
  record_state** place = &bucket_of(r);
  while (*place != nullptr && !same_lane(**place, r)) place = &(*place)->bucket_next;
  return place;
}

bool lane_table::append(record_state& r) {
  if (2 * lane_count_ >= buckets_.size()) grow();
  r.lane_next = r.bucket_next = nullptr;
  record_state** const place = find(r);
  if (*place != nullptr) {
    record_state& first = **place;
    first.lane_last->lane_next = &r;
    first.lane_last = &r;
    return false;
  }
  r.lane_last = &r;
  *place = &r;
  ++lane_count_;
  return true;
}

record_state* lane_table::remove(record_state& r) noexcept {
  record_state** const place = find(r);
  assert(*place != nullptr && "the record is in no lane");
  if (*place != &r) {
    remove_later(**place, r);
    return nullptr;
  }
  record_state* const next = r.lane_next;
  if (next == nullptr) {
    *place = r.bucket_next;
    --lane_count_;
  } else {
    next->lane_last = r.lane_last;
    next->bucket_next = r.bucket_next;
    *place = next;
  }
  r.lane_next = r.lane_last = r.bucket_next = nullptr;
  return next;
}

/// Those before it were in the same request, and were refused: a few steps.
void lane_table::remove_later(record_state& first, record_state& r) noexcept {
  record_state* before = &first;
  while (before->lane_next != &r) before = before->lane_next;
  before->lane_next = r.lane_next;
  if (first.lane_last == &r) first.lane_last = before;
  r.lane_next = r.lane_last = r.bucket_next = nullptr;
}

record_state& lane_table::first_of(const record_state& r) noexcept {
  return **find(r);
}

void lane_table::grow() {
  std::vector<record_state*> old(buckets_.size() * 2);
  std::swap(old, buckets_);
  for (record_state* first : old) {
    while (first != nullptr) {
      record_state* const next = std::exchange(first->bucket_next, nullptr);
      record_state*& bucket = bucket_of(*first);
      first->bucket_next = bucket;
      bucket = first;
      first = next;
    }
  }
}

}  // namespace tidewire::pipeline
