#pragma once

#include "postgres/catalog.hpp"
#include "postgres/database_fixture.hpp"
#include "postgres/snapshot.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidewire::postgres {

inline const char* name_of(row_marker marker) {
  switch (marker) {
    case row_marker::first:
      return "first";
    case row_marker::first_in_collection:
      return "first_in";
    case row_marker::middle:
      return "true";
    case row_marker::last_in_collection:
      return "last_in";
    case row_marker::last:
      return "last";
  }
  return "?";
}

inline std::vector<std::string> values_of(tuple_view row) {
  std::vector<std::string> values;
  for (const value_view& v : row)
    values.emplace_back(v.kind == value_kind::null ? std::string("(null)") : std::string(v.bytes));
  return values;
}

/// Reads snapshots to their end.
class snapshot_test : public database_test {
 protected:
  std::vector<snapshot_table> all_tables(snapshot_session& session) {
    std::vector<oid> ids;
    for (const auto& found : done(list_tables(session.database(), nullptr)))
      ids.push_back(found.id);
    std::vector<snapshot_table> tables;
    for (auto& t : done(describe_tables(session.database(), ids)))
      tables.push_back({.description = std::move(t), .select = ""});
    return tables;
  }

  /// `visit(row)` for each row.
  template <class Visit>
  outcome<nothing> read(snapshot_session& session,
                        std::vector<snapshot_table> tables,
                        Visit visit) {
    if (auto begun = attempt(session.read(std::move(tables))); !begun) return begun;
    for (;;) {
      snapshot_row row;
      switch (session.try_next(row)) {
        case snapshot_state::row:
          visit(row);
          break;
        case snapshot_state::done:
          return nothing{};
        case snapshot_state::failed:
          return session.snapshot_failure();
        case snapshot_state::would_block:
          if (auto moved = attempt(session.advance()); !moved) return moved;
          break;
      }
    }
  }
};

}  // namespace tidewire::postgres
