#pragma once

#include "support/allocations.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

namespace tidewire::bench {

/// What one turn of a timed loop does.
struct work_done {
  std::size_t items = 1;
  std::size_t bytes = 0;  // 0: no rate of bytes is told
};

/// Runs `turn` as the timed loop, and tells of items and bytes a second and of allocations. Run
/// `turn` once before, to hold what it makes against a reference and to let buffers grow.
template <class Turn>
void run_counted(benchmark::State& state, work_done each, Turn turn) {
  const std::uint64_t before = testing::allocations();
  for (auto _ : state) turn();
  const std::uint64_t counted = testing::allocations() - before;
  const auto turns = state.iterations();
  state.SetItemsProcessed(turns * static_cast<std::int64_t>(each.items));
  if (each.bytes > 0) state.SetBytesProcessed(turns * static_cast<std::int64_t>(each.bytes));
  state.counters["allocs_per_item"] =
      static_cast<double>(counted) / (static_cast<double>(turns) * static_cast<double>(each.items));
}

}  // namespace tidewire::bench
