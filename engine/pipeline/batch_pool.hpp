#pragma once

#include "pipeline/batch.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace tidewire::pipeline {

/// The batches of a run, a fixed number under one budget of bytes. The reader's: it takes empty
/// ones, and gives them back when they return from the publishers.
class batch_pool {
 public:
  struct options {
    std::size_t batches_max = 256;
    std::size_t bytes_max =
        32U * 1024U * 1024U;  // of all batches that are out; and as much may be kept in empty ones
  };

  explicit batch_pool(options how);

  /// An empty batch; null while all are out, or while those that are out hold the whole budget. One
  /// is always given when none is out, so that a single record larger than the budget still gets
  /// through.
  batch* take();

  /// Say it when a taken batch has been filled: from now on its bytes count as they are.
  void filled(batch& b);

  /// Done with: cleared. Its memory is kept for the next time, unless the empty batches hold enough
  /// already.
  void give_back(batch& b);

  const options& limits() const noexcept { return how_; }
  std::size_t out_count() const noexcept { return out_count_; }
  std::size_t bytes_out() const noexcept { return bytes_out_; }
  bool full() const noexcept {
    return free_.empty() || (out_count_ > 0 && bytes_out_ >= how_.bytes_max);
  }

 private:
  options how_;
  std::vector<std::unique_ptr<batch>> all_;
  std::vector<batch*> free_;
  std::size_t out_count_ = 0;
  std::size_t bytes_out_ = 0;
  std::size_t bytes_kept_ = 0;  // memory of the empty batches
};

}  // namespace tidewire::pipeline
