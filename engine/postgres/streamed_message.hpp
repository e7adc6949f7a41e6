#pragma once

#include "base/lsn.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string_view>
#include <variant>

/// What protocol version 2 of the output plug-in pgoutput adds: transactions that are sent, piece
/// by piece, before anybody knows whether they commit. Source: PostgreSQL manual, "Logical
/// Replication Message Formats" and "Streaming of Large Transactions for Logical Decoding".
namespace tidewire::postgres {

/// 'S': what follows, up to the next Stream Stop, is of this transaction.
struct stream_start_message {
  std::uint32_t xid = 0;
  bool first = false;  // piece of it
};

/// 'E'
struct stream_stop_message {};

/// 'c'
struct stream_commit_message {
  std::uint32_t xid = 0;
  lsn commit_lsn;                   // of the commit record
  lsn end_lsn;                      // what to confirm once the whole transaction is durable
  std::int64_t commit_time_us = 0;  // since 2000-01-01 UTC
};

/// 'A'
struct stream_abort_message {
  std::uint32_t xid = 0;
  std::uint32_t subxid = 0;  // equal to xid: the whole transaction
};

using stream_message = std::
    variant<stream_start_message, stream_stop_message, stream_commit_message, stream_abort_message>;

/// Whether the message is one of the four.
inline bool is_stream_message(std::string_view message) noexcept {
  return !message.empty() && (message.front() == 'S' || message.front() == 'E' ||
                              message.front() == 'c' || message.front() == 'A');
}

/// \param message one for which is_stream_message() is true.
/// \errors errc::truncated_message, errc::malformed_message, errc::unknown_message_type.
result<stream_message> decode_stream_message(std::string_view message) noexcept;

/// A message between a Stream Start and a Stream Stop has the id of its own transaction, or
/// sub-transaction, behind the type byte; without it, it is the message of version 1.
struct streamed_change {
  char type = 0;
  std::uint32_t xid = 0;
  std::string_view rest;  // what follows the id
};

/// \errors errc::truncated_message; errc::malformed_message for a type that cannot stand there.
result<streamed_change> split_streamed_change(std::string_view message) noexcept;

}  // namespace tidewire::postgres
