#include "postgres/backlog_pieces.hpp"

#include <algorithm>

namespace tidewire::postgres {
namespace {

std::uint64_t bytes_between(lsn from, lsn to) noexcept {
  return to > from ? to.value - from.value : 0;
}

}  // namespace

std::optional<lsn> next_piece(const log_place& at, const backlog_limits& limits) noexcept {
  const std::uint64_t left = bytes_between(at.read, at.end);
  if (left == 0 || left < limits.piece_min) return std::nullopt;
  const std::uint64_t size =
      std::clamp(bytes_between(at.restart, at.read), limits.piece_min, limits.piece_max);
  return lsn{at.read.value + std::min(size, left)};
}

}  // namespace tidewire::postgres
