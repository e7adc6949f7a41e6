#pragma once

#include "base/result.hpp"
#include "postgres/replication_message.hpp"

#include <cstdint>
#include <string>
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

/// The one place where a copied change lacks what the stream says: the walsender gives no position
/// (0) to a BEGIN that an ORIGIN follows, and the transaction's name in the events has that
/// position. So a BEGIN is held until the message behind it is known. Pure. Source: PostgreSQL,
/// WalSndPrepareWrite() and pgoutput's pgoutput_send_begin().
class begin_holder {
 public:
  /// True: `change` is a BEGIN, of which a copy is kept.
  bool hold(const xlog_data& change);
  /// Whether there is one to release.
  bool holding() const noexcept { return holding_; }
  /// The BEGIN, as the stream has it before `behind`; its payload is valid until the next hold().
  xlog_data release(const xlog_data& behind) noexcept;

 private:
  std::string payload_;
  xlog_data begin_;
  bool holding_ = false;
};

}  // namespace tidewire::postgres
