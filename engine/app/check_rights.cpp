#include "app/check_rights.hpp"

#include <fmt/format.h>

#include <utility>

namespace tidewire::app {
namespace {

using obstacle = std::optional<std::string>;

/// Managed services let members of a role of theirs do what needs a superuser elsewhere.
constexpr const char* may_publish_all =
    "SELECT current_user, rolsuper OR EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname IN "
    "('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin') AND pg_has_role(current_user, r.oid, "
    "'member')) FROM pg_catalog.pg_roles WHERE rolname = current_user";

}  // namespace

postgres::call<obstacle> slot_obstacle(postgres::connection& database) {
  const auto rows = co_await database.query(
      "SELECT count(*), current_setting('max_replication_slots'), "
      "count(*) >= current_setting('max_replication_slots')::int "
      "FROM pg_catalog.pg_replication_slots");
  if (!rows) co_return rows.error();
  if (rows->empty() || !rows->flag(0, 2)) co_return std::nullopt;
  co_return fmt::format(
      "all {} replication slots of the server are in use (max_replication_slots = {}): drop one "
      "that nobody needs, or raise the setting and restart the server",
      rows->text(0, 0),
      rows->text(0, 1));
}

postgres::call<obstacle> publication_obstacle(postgres::connection& database,
                                              const reader_options& options) {
  const bool all = options.publication.autocreate == postgres::publication_autocreate::all_tables;
  std::string sql = all ? may_publish_all
                        : "SELECT current_user, has_database_privilege(current_database(), "
                          "'CREATE'), current_database()";
  const auto rows = co_await database.query(std::move(sql));
  if (!rows) co_return rows.error();
  if (rows->empty() || rows->flag(0, 1)) co_return std::nullopt;
  const auto name = postgres::quote_identifier(options.publication.name);
  if (all)
    co_return fmt::format(
        "role {} is no superuser, which a publication for all tables needs: let one run CREATE "
        "PUBLICATION {} FOR ALL TABLES, or set publication.autocreate.mode=filtered",
        rows->text(0, 0),
        name);
  co_return fmt::format(
      "role {0} may not make it: GRANT CREATE ON DATABASE {1} TO {0} (it must own the captured "
      "tables, too), or let their owner run CREATE PUBLICATION {2} FOR TABLE …",
      postgres::quote_identifier(std::string(rows->text(0, 0))),
      postgres::quote_identifier(std::string(rows->text(0, 2))),
      name);
}

postgres::call<obstacle> snapshot_obstacle(postgres::connection& database,
                                           postgres::table_name name,
                                           oid table) {
  std::string sql = fmt::format(
      "SELECT current_user, has_schema_privilege(c.relnamespace, 'USAGE'), "
      "has_table_privilege(c.oid, 'SELECT') FROM pg_catalog.pg_class c WHERE c.oid = {}",
      table.value);
  const auto rows = co_await database.query(std::move(sql));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return std::nullopt;  // dropped this moment
  const auto role = postgres::quote_identifier(std::string(rows->text(0, 0)));
  const auto schema = postgres::quote_identifier(name.schema);
  if (!rows->flag(0, 1))
    co_return fmt::format(
        "a snapshot may not read it: GRANT USAGE ON SCHEMA {} TO {}, and GRANT "
        "SELECT ON the captured tables",
        schema,
        role);
  if (!rows->flag(0, 2))
    co_return fmt::format("a snapshot may not read it: GRANT SELECT ON {}.{} TO {}",
                          schema,
                          postgres::quote_identifier(name.name),
                          role);
  co_return std::nullopt;
}

postgres::call<std::string> columns_out_of_line(postgres::connection& database, oid table) {
  std::string sql = fmt::format(
      "SELECT coalesce(string_agg(a.attname, ', ' ORDER BY a.attnum), '')"
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
      " WHERE c.oid = {} AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage IN ('x', 'e')"
      " AND c.reltoastrelid <> 0 AND pg_relation_size(c.reltoastrelid) > 0",
      table.value);
  const auto rows = co_await database.query(std::move(sql));
  if (!rows) co_return rows.error();
  co_return std::string(rows->text(0, 0));
}

}  // namespace tidewire::app
