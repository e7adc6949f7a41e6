#include "pipeline/batch_pool.hpp"

#include <cassert>

namespace tidewire::pipeline {
namespace {

/// What a full batch keeps alive: its bytes, and what stands beside each record on both sides of
/// the ring.
std::size_t filled_bytes(const batch& b) noexcept {
  return b.content.bytes.size() +
         b.content.records.size() * (sizeof(event::record) + sizeof(record_state));
}

}  // namespace

batch_pool::batch_pool(options how) : how_(how) {
  assert(how.batches_max > 0);
  all_.reserve(how.batches_max);
  free_.reserve(how.batches_max);
  for (std::size_t i = 0; i < how.batches_max; ++i)
    free_.push_back(all_.emplace_back(std::make_unique<batch>()).get());
}

batch* batch_pool::take() {
  if (full()) return nullptr;
  batch* const b = free_.back();  // the one used last: the warmest
  free_.pop_back();
  bytes_kept_ -= b->memory_bytes();
  ++out_count_;
  return b;
}

void batch_pool::filled(batch& b) {
  b.counted_bytes = filled_bytes(b);
  bytes_out_ += b.counted_bytes;
}

void batch_pool::give_back(batch& b) {
  assert(out_count_ > 0 && bytes_out_ >= b.counted_bytes);
  --out_count_;
  bytes_out_ -= b.counted_bytes;
  b.counted_bytes = 0;
  b.content.clear();
  b.states.clear();
  if (bytes_kept_ + b.memory_bytes() > how_.bytes_max) {
    b.content = {};
    b.states = {};
  }
  bytes_kept_ += b.memory_bytes();
  free_.push_back(&b);
}

}  // namespace tidewire::pipeline
