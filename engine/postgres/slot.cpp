#include "postgres/slot.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tidewire::postgres {
namespace {

lsn lsn_at(const query_result& rows, std::size_t row, std::size_t column) {
  return parse_lsn(rows.text(row, column)).value_or(lsn{});
}

failure unexpected(std::string_view command) {
  return make_failure(
      errc::unexpected_answer,
      std::string(command) + " answered something that is not in the protocol's manual");
}

failure explain(failure f, std::string what) {
  f.message = what + ": " + f.message;
  return f;
}

}  // namespace

call<std::optional<slot_state>> find_slot(connection& database, std::string name) {
  query_parameters parameters;
  parameters.emplace_back(name);
  auto rows = co_await database.query(
      "SELECT coalesce(plugin, ''), coalesce(database, ''), active, coalesce(active_pid, 0), "
      "restart_lsn, confirmed_flush_lsn,"
      " coalesce(wal_status, '') FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  std::optional<slot_state> found;
  if (!rows->empty()) {
    slot_state& slot = found.emplace();
    slot.name = name;
    slot.plugin = rows->text(0, 0);
    slot.database = rows->text(0, 1);
    slot.active = rows->flag(0, 2);
    slot.active_pid = static_cast<std::int32_t>(rows->integer(0, 3));
    slot.restart = lsn_at(*rows, 0, 4);
    slot.confirmed_flush = lsn_at(*rows, 0, 5);
    slot.wal_status = rows->text(0, 6);
  }
  co_return found;
}

call<std::optional<slot_sample>> sample_slot(connection& database, std::string name) {
  query_parameters parameters;
  parameters.emplace_back(std::move(name));
  auto rows = co_await database.query(
      "SELECT coalesce(wal_status, ''), safe_wal_size, coalesce(written - restart_lsn, 0)::bigint,"
      " coalesce(written - confirmed_flush_lsn, 0)::bigint, confirmed_flush_lsn, written, sent_lsn"
      " FROM pg_catalog.pg_replication_slots"
      " LEFT JOIN pg_catalog.pg_stat_replication ON pid = active_pid, LATERAL (SELECT CASE WHEN"
      "  pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS "
      "written)"
      "  AS log WHERE slot_name = $1",
      std::move(parameters));
  if (!rows) co_return std::move(rows).error();
  std::optional<slot_sample> found;
  if (!rows->empty()) {
    const auto bytes = [&](std::size_t column) {
      return static_cast<std::uint64_t>(std::max<std::int64_t>(rows->integer(0, column), 0));
    };
    slot_sample& sample = found.emplace();
    sample.wal_status = rows->text(0, 0);
    if (!rows->is_null(0, 1)) sample.safe_bytes = bytes(1);
    sample.retained_bytes = bytes(2);
    sample.unconfirmed_bytes = bytes(3);
    sample.confirmed_flush = lsn_at(*rows, 0, 4);
    sample.written = lsn_at(*rows, 0, 5);
    if (!rows->is_null(0, 6)) sample.sent = lsn_at(*rows, 0, 6);
  }
  co_return found;
}

outcome<nothing> check_slot(const slot_state& slot, std::string_view database) {
  const std::string name = "replication slot \"" + slot.name + "\" ";
  if (slot.plugin != "pgoutput") {
    const std::string is =
        slot.plugin.empty() ? "is a physical one" : "is of plug-in " + slot.plugin;
    return make_failure(errc::slot_of_another_plugin,
                        name + is + ", pgoutput is needed: choose another slot.name, or drop it");
  }
  if (slot.database != database)
    return make_failure(errc::slot_of_another_database,
                        name + "belongs to database \"" + slot.database + "\", not \"" +
                            std::string(database) + "\": choose another slot.name");
  if (slot.wal_status == "lost")
    return make_failure(errc::slot_lost,
                        name +
                            "is lost: the server removed log that was not yet read "
                            "(max_slot_wal_keep_size). The changes since " +
                            to_string(slot.confirmed_flush) +
                            " cannot be had from it; drop it to begin anew with a snapshot");
  if (slot.active)
    return make_failure(errc::slot_in_use,
                        name + "is in use by process " + std::to_string(slot.active_pid) +
                            " of the server: another engine streams from it");
  return nothing{};
}

call<created_slot> create_slot(connection& replication, std::string name, bool failover) {
  const bool able = replication.server_version() >= failover_version_min;
  const char* const how =
      failover && able ? "(SNAPSHOT 'export', FAILOVER true)" : "EXPORT_SNAPSHOT";
  auto rows = co_await replication.query("CREATE_REPLICATION_SLOT " + quote_identifier(name) +
                                         " LOGICAL pgoutput " + how);
  if (!rows)
    co_return explain(std::move(rows).error(), "cannot create replication slot \"" + name + "\"");
  // slot_name, consistent_point, snapshot_name, output_plugin
  if (rows->row_count() != 1 || rows->column_count() < 3)
    co_return unexpected("CREATE_REPLICATION_SLOT");
  created_slot created;
  created.consistent_point = lsn_at(*rows, 0, 1);
  created.snapshot = rows->text(0, 2);
  if (!created.consistent_point || created.snapshot.empty())
    co_return unexpected("CREATE_REPLICATION_SLOT");
  co_return created;
}

call<nothing> drop_slot(connection& replication, std::string name) {
  auto done =
      co_await replication.query("DROP_REPLICATION_SLOT " + quote_identifier(name) + " WAIT");
  if (!done)
    co_return explain(std::move(done).error(), "cannot drop replication slot \"" + name + "\"");
  co_return nothing{};
}

call<system_identity> identify_system(connection& replication) {
  auto rows = co_await replication.query("IDENTIFY_SYSTEM");
  if (!rows) co_return std::move(rows).error();
  // systemid (text, an unsigned 64-bit number), timeline, xlogpos, dbname
  if (rows->row_count() != 1 || rows->column_count() < 3) co_return unexpected("IDENTIFY_SYSTEM");
  system_identity identity;
  const std::string_view id = rows->text(0, 0);
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), identity.system_id);
  if (error != std::errc() || end != id.data() + id.size()) co_return unexpected("IDENTIFY_SYSTEM");
  identity.timeline = static_cast<std::uint32_t>(rows->integer(0, 1));
  identity.flushed = lsn_at(*rows, 0, 2);
  co_return identity;
}

call<nothing> check_server(connection& database) {
  auto rows = co_await database.query(
      "SELECT current_setting('wal_level'), current_user, rolreplication OR rolsuper,"
      // Managed services give replication by membership in a role of theirs instead of the
      // attribute.
      " coalesce((SELECT bool_or(pg_has_role(current_user, r.oid, 'member')) FROM "
      "pg_catalog.pg_roles r"
      "   WHERE r.rolname IN ('rds_replication', 'rds_superuser', 'cloudsqlsuperuser', "
      "'azure_pg_admin')), false)"
      " FROM pg_catalog.pg_roles WHERE rolname = current_user");
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return unexpected("the query of the role");
  if (rows->text(0, 0) != "logical")
    co_return make_failure(
        errc::not_permitted,
        "wal_level of the server is " + std::string(rows->text(0, 0)) +
            ", logical is needed: ALTER SYSTEM SET wal_level = logical, then restart the server");
  if (!rows->flag(0, 2) && !rows->flag(0, 3)) {
    const std::string role(rows->text(0, 1));
    co_return make_failure(errc::not_permitted,
                           "role \"" + role + "\" may not replicate: ALTER ROLE " +
                               quote_identifier(role) + " REPLICATION");
  }
  co_return nothing{};
}

}  // namespace tidewire::postgres
