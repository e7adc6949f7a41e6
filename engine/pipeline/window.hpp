#pragma once

#include "base/lsn.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace tidewire::pipeline {

/// Which part of the log is safe at the sink. Batches become durable in any order; the position
/// that PostgreSQL is told moves over the gap-free prefix of them only, to the end of the last
/// transaction all of whose records are durable, and never back. Pure; the reader's.
class window {
 public:
  /// `start` is where the log is read from: everything before it was dealt with earlier.
  explicit window(lsn start = {}) noexcept : durable_(start) {}

  /// A generation of `batch_count` batches leaves for the publishers. `commit_end` is the end of
  /// the last transaction that is complete in it or in an earlier one; the position before it where
  /// none is. Numbers count up from 1.
  std::uint64_t sealed(std::size_t batch_count, lsn commit_end);

  /// The number of the last one that left; 0: none has.
  std::uint64_t last_sealed() const noexcept { return first_ + generations_.size() - 1; }
  /// Whether all of the generation of that number and of those before it are durable.
  bool has_passed(std::uint64_t number) const noexcept { return number < first_; }

  /// One batch of that generation is durable.
  void acknowledged(std::uint64_t generation);

  /// Nothing is under way: all of the log up to `received` had no records or durable ones.
  void idle_at(lsn received);

  bool empty() const noexcept { return generations_.empty(); }
  std::size_t generations_in_flight() const noexcept { return generations_.size(); }
  /// With nothing on its way: everything begins again at `position`, which may lie further back.
  /// For a server whose log is another one than before.
  void restart(lsn position);

  lsn durable() const noexcept { return durable_; }

 private:
  struct generation {
    std::size_t batches_left;
    lsn commit_end;
  };

  void move_to(lsn position);

  std::deque<generation> generations_;  // the oldest first
  std::uint64_t first_ = 1;             // the number of the oldest
  lsn sealed_end_;
  lsn durable_;
};

}  // namespace tidewire::pipeline
