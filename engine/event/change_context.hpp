#pragma once

#include "base/lsn.hpp"
#include "event/record_buffer.hpp"

#include <cstdint>
#include <optional>

namespace tidewire::event {

/// `source.snapshot`: where in a snapshot a row was read. `none` is an event of the stream and
/// reads "false".
enum class snapshot_marker : std::uint8_t {
  none,
  first,  // the first row of all
  first_in_data_collection,
  within,  // reads "true"
  last_in_data_collection,
  last,  // the last row of all
  incremental,
};

/// What an event says besides its row: the caller sets it per transaction and per message, the
/// encoders read it and count `id.ordinal` up by one for every record that they write.
struct change_context {
  /// Of the message in the log (XLogData's start); of a snapshot row, the snapshot's position; of
  /// an incremental snapshot's, that of the message at hand. Absent: null.
  std::optional<lsn> position;
  /// End of the last transaction that was passed on completely before this one; absent: null, as in
  /// a snapshot.
  std::optional<lsn> last_commit;
  std::optional<std::uint32_t> xid;  // of a snapshot, the reading transaction's
  /// The slot's catalog_xmin, as of the last look at it; absent: null.
  std::optional<std::uint32_t> xmin;
  std::int64_t time_us = 0;  // commit time, or when the snapshot began; µs since 1970 UTC
  std::int64_t now_ms = 0;   // when the event was made: the envelope's ts_ms
  snapshot_marker marker = snapshot_marker::none;
  identity id;  // of the next record
};

/// Whether the events of both say the same besides their rows.
inline bool tell_the_same(const change_context& a, const change_context& b) noexcept {
  return a.now_ms == b.now_ms && a.marker == b.marker && a.position == b.position &&
         a.last_commit == b.last_commit && a.xid == b.xid && a.xmin == b.xmin &&
         a.time_us == b.time_us;
}

/// What reads `source.lsn`: rows of an incremental snapshot have none, only a place in the
/// sequence.
inline std::optional<lsn> source_position(const change_context& context) noexcept {
  return context.marker == snapshot_marker::incremental ? std::nullopt : context.position;
}

}  // namespace tidewire::event
