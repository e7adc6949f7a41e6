#pragma once

#include "base/result.hpp"
#include "postgres/replication_message.hpp"

#include <string_view>

namespace tidewire::postgres {

/// What a CopyData of `COPY (SELECT lsn, data …) TO STDOUT (FORMAT binary)` holds.
enum class copied : std::uint8_t {
  change,  // a row: one message of the output plug-in, as the stream would have brought it
  end,     // the mark behind the last row
};

/// Reads one CopyData: the server puts one row into each, and the format's head before the first.
/// Pure; the payload points into `bytes`.
/// \errors errc::malformed_message.
/// Source: PostgreSQL manual, COPY, "Binary Format".
result<copied> read_copied(std::string_view bytes, xlog_data& change) noexcept;

}  // namespace tidewire::postgres
