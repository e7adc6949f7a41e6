#pragma once

#include "postgres/connection.hpp"
#include "postgres/session_bell.hpp"
#include "postgres/snapshot_pieces.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

/// Inside of snapshot_session: one of its connections. For this room's own files only.
namespace tidewire::postgres {

/// A connection that reads one piece after the other. While it waits, that is a coroutine of its
/// own, and nobody else touches the connection; that coroutine shares the lane, as it may outlive
/// the session.
struct snapshot_lane {
  enum class phase : std::uint8_t {
    idle,     // no piece is left for it
    opening,  // its COPY must be begun
    reading,
    drained,  // reading, and the last look found nothing; only such a lane may fall asleep, as
              // rows that libpq has taken off the socket already wake nobody
    asleep,   // waits for its COPY to begin or for rows
    ending,   // its COPY's end must be taken
    failed,   // `trouble` says why
  };

  explicit snapshot_lane(std::unique_ptr<connection> l) : link(std::move(l)) {}

  std::unique_ptr<connection> link;
  snapshot_piece piece;
  phase now = phase::idle;
  failure trouble;
};

/// Begins to read the lane's piece, and rings when there are rows. A server says that a COPY begins
/// only with the first 8 KiB of its rows, or their end: the other lanes do not wait for that.
void begin_copy(const std::shared_ptr<snapshot_lane>& lane,
                const asio::any_io_executor& executor,
                std::shared_ptr<session_bell> bell,
                std::string statement);
/// Rings when there are rows to be read, or when the wait failed.
void fall_asleep(const std::shared_ptr<snapshot_lane>& lane,
                 const asio::any_io_executor& executor,
                 std::shared_ptr<session_bell> bell);

}  // namespace tidewire::postgres
