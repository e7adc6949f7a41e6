#pragma once

#include "app/snapshot_ledger.hpp"
#include "base/lsn.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::app {

/// What must be known after a restart beyond what the slot remembers. The slot alone decides what
/// is sent again; this file says whether the snapshot was completed, and spares repeats after a
/// crash.
struct offsets {
  std::uint64_t system_id = 0;  // of the cluster; another one has other positions. 0: not known,
                                // as the position was Debezium's
  std::uint32_t timeline = 0;   // of the server that had `durable`; 0: not known
  std::string slot;
  bool snapshot_completed = false;
  /// Until it is completed: what of it the sink holds, as of `durable`. Empty: nothing.
  snapshot_ledger snapshot = {};
  lsn durable;       // end of the last transaction that the sink holds; 0: none yet
  lsn within_after;  // 0: nothing of the next transaction was sent before; else its changes up to
                     // here were, by the Debezium that had the slot
  std::string incremental_snapshot;  // signals::progress as text, as of `durable`; empty: none runs

  bool operator==(const offsets&) const = default;
};

/// JSON, one object: for people to read, too.
std::string to_json(const offsets& o);
/// Nothing if the text is not what to_json() writes.
std::optional<offsets> offsets_from_json(const std::string& text);

/// Nothing if there is no such file. \throws startup_error where it cannot be read or understood:
/// guessing could lose changes.
std::optional<offsets> load_offsets(const std::string& path);
/// In one step: after a crash the file is the old one or the new one. Makes the folder where it is
/// missing.
/// \return what the system said if it could not be written; empty: all well.
std::string save_offsets(const std::string& path, const offsets& o);

}  // namespace tidewire::app
