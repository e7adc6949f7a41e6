#pragma once

#include "local/call/token_bucket.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::local {

/// Messages on their way out of a dead letter queue: back to the queues that gave them up, or all
/// to one other.
struct move_task {
  enum class state { running, completed, cancelled, failed };

  static constexpr std::int64_t per_second_max = 500;

  std::string handle;
  std::string source_arn;
  std::string destination_arn;             // empty: each to where it came from
  std::optional<std::int64_t> per_second;  // as asked for
  token_bucket pace{per_second_max, per_second_max};
  std::int64_t moved = 0;
  std::int64_t to_move = 0;  // as counted at the start
  std::int64_t started_ms = 0;
  state now = state::running;
  std::string failure;
};

}  // namespace tidewire::local
