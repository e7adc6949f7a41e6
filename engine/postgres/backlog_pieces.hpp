#pragma once

#include "base/lsn.hpp"

#include <cstdint>
#include <optional>

namespace tidewire::postgres {

/// How much log one call reads, in bytes.
struct backlog_limits {
  std::uint64_t piece_min = 16U * 1024U * 1024U;   // what is less is left to the stream
  std::uint64_t piece_max = 256U * 1024U * 1024U;  // its changes lie in the server's memory and
                                                   // temporary files before the first one comes
};

/// Where a slot stands in the log.
struct log_place {
  lsn restart;  // each call decodes from here
  lsn read;     // and hands out what was committed after this
  lsn end;      // of the log
};

/// Where the next piece ends; nothing when what is left is not worth a call.
///
/// A call decodes again what lies between `restart` and `read`, and `restart` moves only where the
/// server has noted which transactions run, every 15 seconds or so of its life. A piece as large as
/// that stretch makes all of the repeated work at most as much as the work itself. Pure.
std::optional<lsn> next_piece(const log_place& at, const backlog_limits& limits) noexcept;

}  // namespace tidewire::postgres
