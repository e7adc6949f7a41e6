#pragma once

#include "base/lsn.hpp"
#include "base/result.hpp"
#include "postgres/errc.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

/// The messages inside the CopyData of a replication stream.
/// Source: PostgreSQL manual, "Streaming Replication Protocol", START_REPLICATION.
namespace tidewire::postgres {

/// PostgreSQL counts microseconds from 2000-01-01 00:00:00 UTC.
constexpr std::int64_t postgres_epoch_unix_us = 946'684'800'000'000;
constexpr std::int64_t unix_us_of(std::int64_t postgres_time_us) noexcept {
  return postgres_time_us + postgres_epoch_unix_us;
}

/// 'w': a piece of the log; with a logical slot, exactly one message of the output plug-in.
struct xlog_data {
  lsn start;    // of the change that the payload tells of; 0 for what has no position (Relation,
                // Type)
  lsn wal_end;  // the server's end of the log when it was sent; logical decoding repeats `start`
                // here
  std::int64_t send_time_us = 0;  // since 2000-01-01 UTC, by the server's clock
  std::string_view payload;       // into the message's bytes
};

/// 'k': the server lives, and has sent everything that the slot lets through up to wal_end.
struct keepalive {
  lsn wal_end;
  std::int64_t send_time_us = 0;
  bool reply_requested = false;  // an answer is due soon, or the server closes the connection
};

using replication_message = std::variant<xlog_data, keepalive>;

/// \errors errc::truncated_message, errc::unknown_message_type.
result<replication_message> decode_replication_message(std::string_view message) noexcept;

/// 'r': what we have. The server lets go of the log before `flushed`.
struct standby_status {
  lsn written;
  lsn flushed;
  lsn applied;
  std::int64_t send_time_us = 0;  // since 2000-01-01 UTC, by our clock
  bool reply_requested = false;
};

constexpr std::size_t standby_status_size = 34;
std::array<char, standby_status_size> encode_standby_status(const standby_status& status) noexcept;

}  // namespace tidewire::postgres
