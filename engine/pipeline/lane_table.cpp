#include "pipeline/lane_table.hpp"

#include <cassert>
#include <cstdint>
#include <utility>

namespace tidewire::pipeline {
namespace {

constexpr std::size_t buckets_min = 1024;

}  // namespace

lane_table::lane_table() : buckets_(buckets_min) {}

std::size_t lane_table::find(const record_state& r) const noexcept {
  for (std::size_t place = home_of(r.lane_hash);; place = after(place)) {
    const bucket& b = buckets_[place];
    if (b.first == nullptr || b.first == &r) return place;
    if (b.hash == r.lane_hash && b.first->stream_index == r.stream_index) return place;
  }
}

bool lane_table::append(record_state& r) {
  if (2 * (lane_count_ + 1) > buckets_.size()) grow();
  r.lane_next = nullptr;
  bucket& b = buckets_[find(r)];
  if (b.first != nullptr) {
    b.first->lane_last->lane_next = &r;
    b.first->lane_last = &r;
    return false;
  }
  r.lane_last = &r;
  b = {.hash = r.lane_hash, .first = &r};
  ++lane_count_;
  return true;
}

record_state* lane_table::remove(record_state& r) noexcept {
  const std::size_t place = find(r);
  record_state*& first = buckets_[place].first;
  assert(first != nullptr && "the record is in no lane");
  if (first != &r) {
    remove_later(*first, r);
    return nullptr;
  }
  record_state* const next = r.lane_next;
  if (next == nullptr) {
    free(place);
    --lane_count_;
  } else {
    next->lane_last = r.lane_last;
    first = next;
  }
  r.lane_next = r.lane_last = nullptr;
  return next;
}

/// Those before it were in the same request, and were refused: a few steps.
void lane_table::remove_later(record_state& first, record_state& r) noexcept {
  record_state* before = &first;
  while (before->lane_next != &r) before = before->lane_next;
  before->lane_next = r.lane_next;
  if (first.lane_last == &r) first.lane_last = before;
  r.lane_next = r.lane_last = nullptr;
}

record_state& lane_table::first_of(const record_state& r) noexcept {
  return *buckets_[find(r)].first;
}

/// Lanes behind it that would have been here go forward, so that no search ends before them.
void lane_table::free(std::size_t place) noexcept {
  const auto distance = [this](std::size_t from, std::size_t to) { return home_of(to - from); };
  for (std::size_t at = after(place); buckets_[at].first != nullptr; at = after(at)) {
    if (distance(home_of(buckets_[at].hash), at) < distance(place, at)) continue;
    buckets_[place] = buckets_[at];
    place = at;
  }
  buckets_[place].first = nullptr;
}

void lane_table::grow() {
  std::vector<bucket> old(buckets_.size() * 2);
  std::swap(old, buckets_);
  for (const bucket& b : old)
    if (b.first != nullptr) buckets_[find(*b.first)] = b;
}

}  // namespace tidewire::pipeline
