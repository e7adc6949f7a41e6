#include "pipeline/window.hpp"

#include <cassert>

namespace tidewire::pipeline {

std::uint64_t window::sealed(std::size_t batch_count, lsn commit_end) {
  assert(batch_count > 0);
  assert(commit_end >= sealed_end_ && "transactions are read in the order of their commits");
  sealed_end_ = commit_end;
  generations_.push_back({.batches_left = batch_count, .commit_end = commit_end});
  return last_sealed();
}

void window::acknowledged(std::uint64_t number) {
  assert(number >= first_ && number - first_ < generations_.size());
  generation& which = generations_[number - first_];
  assert(which.batches_left > 0);
  --which.batches_left;
  while (!generations_.empty() && generations_.front().batches_left == 0) {
    const lsn end = generations_.front().commit_end;
    generations_.pop_front();
    ++first_;
    if (end > durable_) move_to(end);
  }
}

void window::idle_at(lsn received) {
  assert(generations_.empty());
  if (received > durable_) move_to(received);
}

void window::restart(lsn position) {
  assert(generations_.empty() && "what is on its way belongs to the positions before");
  sealed_end_ = durable_ = position;
}

void window::move_to(lsn position) {
  assert(position >= durable_ && "the durable position never goes back");
  durable_ = position;
}

}  // namespace tidewire::pipeline
