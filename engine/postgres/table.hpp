#pragma once

#include "base/oid.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::postgres {

/// REPLICA IDENTITY, as pg_class.relreplident and the Relation message spell it.
enum class replica_identity : char { by_default = 'd', nothing = 'n', full = 'f', index = 'i' };

struct column {
  std::string name;
  std::int16_t number = 0;          // pg_attribute.attnum
  oid type;                         // pg_attribute.atttypid
  std::int32_t modifier = -1;       // pg_attribute.atttypmod
  bool not_null = false;            // of the catalogue as it is now
  bool not_null_by_domain = false;  // the column's domain says so, and not the column
  bool generated = false;  // GENERATED ALWAYS AS (…) STORED: in the snapshot, never in the stream
  bool identity_key = false;  // part of the replica identity, by the Relation message's flag
  std::optional<std::string>
      default_expression;  // pg_get_expr of the default, such as 'abc'::text or nextval(…)
  std::optional<std::string> comment;
};

/// A table as an event's plan needs it: the columns that a tuple will have, in that order, with
/// what the catalogue says of them. For the stream these are the columns of the Relation message,
/// for the snapshot those of its SELECT.
struct table {
  oid id;
  std::string schema;
  std::string name;
  replica_identity identity = replica_identity::by_default;
  /// Of relkind r, by the catalogue. A partitioned table is none, and neither is one that is gone.
  bool ordinary = false;
  std::vector<column> columns;
  /// Indices into `columns`, in the key's order: the primary key, or else the first unique index
  /// without expressions (as Debezium chooses it). Empty when the table has neither.
  std::vector<std::size_t> key;
  std::optional<std::string> comment;
};

/// Whether a row is inserted and never heard of again: of a table that is published with its
/// updates and deletes, PostgreSQL refuses both where no replica identity names the row. The rows
/// of a partitioned table change by the identities of its partitions, which nothing here tells of.
inline bool only_inserts(const table& t) {
  const bool names_rows =
      std::ranges::any_of(t.columns, [](const column& c) { return c.identity_key; });
  return t.ordinary && !names_rows &&
         (t.identity == replica_identity::by_default || t.identity == replica_identity::nothing);
}

}  // namespace tidewire::postgres
