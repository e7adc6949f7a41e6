#pragma once

#include "base/lsn.hpp"
#include "debezium/position_file.hpp"

namespace tidewire::debezium {

/// Where reading goes on after Debezium stopped.
struct resume_point {
  bool snapshot_completed = false;
  lsn position;      // transactions that ended here or before were sent as a whole; 0: not known
  lsn within_after;  // 0: nothing of the next transaction was sent; else its changes up to here

  bool operator==(const resume_point&) const = default;
};

/// As Debezium 2.5 goes on from its position, except that it never skips a change that it cannot
/// have sent.
resume_point resume_from(const connector_position& position);

}  // namespace tidewire::debezium
