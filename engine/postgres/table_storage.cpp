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

}  // namespace tidewire::postgres
