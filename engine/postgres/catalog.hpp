#pragma once

#include "base/oid.hpp"
#include "postgres/connection.hpp"
#include "postgres/table.hpp"
#include "postgres/table_name.hpp"
#include "postgres/type_catalog.hpp"

#include <optional>
#include <span>
#include <vector>

/// What the database's catalogue says, as it is now.
namespace tidewire::postgres {

/// All of pg_type, with the labels of enums.
call<type_catalog> load_types(connection& database);

/// A table that could be captured.
struct candidate {
  table_name name;
  oid id;
  bool partitioned = false;  // relkind p: a parent, whose snapshot yields its partitions' rows
  bool partition = false;    // a partition of another
  bool logged = true;        // false: UNLOGGED, which no publication can hold
};

/// The ordinary and partitioned tables outside pg_catalog, information_schema, pg_toast and the
/// temporary schemas for which `wanted` is true, sorted by schema and name.
call<std::vector<candidate>> list_tables(connection& database, table_filter wanted);

/// Nothing if there is no such table (any more).
call<std::optional<table>> describe_table(connection& database, oid id);
call<std::optional<table>> describe_table(connection& database, table_name name);

/// Several at once, in the given order; those that are not there are left out.
call<std::vector<table>> describe_tables(connection& database, std::vector<oid> ids);

}  // namespace tidewire::postgres
