#include "postgres/table_storage.hpp"

#include "postgres/oid_array.hpp"

#include <map>
#include <string>
#include <string_view>

namespace tidewire::postgres {
namespace {

constexpr int tid_range_version_min = 140'000;

constexpr std::string_view storage_sql =
    "SELECT c.oid, pg_catalog.pg_relation_size(c.oid) / "
    "pg_catalog.current_setting('block_size')::bigint, c.relfilenode"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_am a ON a.oid = c.relam"
    " WHERE c.oid = ANY ($1::oid[]) AND c.relkind = 'r' AND NOT c.relhassubclass AND a.amname = "
    "'heap'";

// The functions tell what is so now, the rows of pg_class what the snapshot shows.
constexpr std::string_view rewritten_sql =
    "WITH RECURSIVE below (id) AS (SELECT pg_catalog.unnest($1::oid[])"
    " UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON b.id = i.inhparent)"
    " SELECT n.nspname || '.' || c.relname FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.id"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND pg_catalog.pg_relation_filenode(c.oid) <> c.relfilenode LIMIT 1";

}  // namespace

call<std::vector<table_storage>> describe_storage(connection& database, std::vector<oid> ids) {
  std::vector<table_storage> storage(ids.size());
  if (database.server_version() < tid_range_version_min) co_return storage;
  auto rows = co_await database.query(std::string(storage_sql), oid_array(ids));
  if (!rows) co_return std::move(rows).error();
  std::map<oid, table_storage> known;
  for (std::size_t row = 0; row < rows->row_count(); ++row)
    known[oid{static_cast<std::uint32_t>(rows->integer(row, 0))}] = {
        .pages = static_cast<std::uint64_t>(rows->integer(row, 1)),
        .filenode = static_cast<std::uint32_t>(rows->integer(row, 2))};
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (const auto found = known.find(ids[i]); found != known.end()) storage[i] = found->second;
  co_return storage;
}

call<nothing> check_not_rewritten(connection& database, std::vector<oid> ids) {
  auto rows = co_await database.query(std::string(rewritten_sql), oid_array(ids));
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return nothing{};
  co_return make_failure(errc::query_failed,
                         "table " + std::string(rows->text(0, 0)) +
                             " was rewritten, by ALTER TABLE, VACUUM FULL or the like, before the "
                             "snapshot had locked it");
}

}  // namespace tidewire::postgres
