#pragma once

#include "base/lsn.hpp"
#include "postgres/connection.hpp"
#include "postgres/slot_forecast.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::postgres {

/// A row of pg_replication_slots.
struct slot_state {
  std::string name;
  std::string plugin;  // empty: a physical slot
  std::string database;
  bool active = false;
  std::int32_t active_pid = 0;  // 0: none
  lsn restart;                  // what is older is gone
  lsn confirmed_flush;          // where streaming goes on by itself
  std::string wal_status;       // reserved, extended, unreserved, lost
};

/// Nothing if there is no slot of that name.
call<std::optional<slot_state>> find_slot(connection& database, std::string name);

/// How much log is kept for the slot, and how much more may be; nothing if there is no such slot.
call<std::optional<slot_sample>> sample_slot(connection& database, std::string name);

/// Whether we can stream from it.
/// \errors errc::slot_of_another_plugin, errc::slot_of_another_database, errc::slot_lost (its log
/// was removed), and
///         errc::slot_in_use, the only one that time may cure; it names the process that has it.
outcome<nothing> check_slot(const slot_state& slot, std::string_view database);

struct created_slot {
  lsn consistent_point;  // streaming begins here; the snapshot shows exactly what was committed
                         // before
  std::string
      snapshot;  // for snapshot_options::exported; good until the next command on the connection
};

/// Makes a pgoutput slot and exports its snapshot. Waits for the end of the transactions that are
/// running, at most the connection's query_ms_max. `failover`: standbys keep it in step, so that
/// one can be promoted and streamed from; servers before 17 cannot, and make an ordinary one.
/// \errors 42710 if there is one already, 42501 without the REPLICATION attribute, 53400 if no slot
/// is free.
call<created_slot> create_slot(connection& replication, std::string name, bool failover = false);
constexpr int failover_version_min = 17'00'00;

/// Waits until the slot is free.
call<nothing> drop_slot(connection& replication, std::string name);

struct system_identity {
  std::uint64_t system_id = 0;  // of the cluster, from initdb
  std::uint32_t timeline = 0;   // goes up with each promotion
  lsn flushed;                  // the end of the log
};

call<system_identity> identify_system(connection& replication);

/// What has to be right before streaming can work: wal_level logical, and a role with REPLICATION
/// (or a superuser).
/// \errors errc::not_permitted with what to do about it.
call<nothing> check_server(connection& database);

}  // namespace tidewire::postgres
