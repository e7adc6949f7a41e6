#pragma once

#include "event/table_plan.hpp"
#include "postgres/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tidewire::app {

/// What is told of a snapshot's tables: which there are, and how many rows each has.
struct snapshot_count {
  std::vector<std::string> tables;
  std::string all;  // their names between commas
  std::vector<std::uint64_t> rows;
  std::vector<bool> told;  // to be read
  bool in_order = true;    // one after the other, by one connection
  std::size_t passed = 0;  // all before it were told

  void add(const postgres::table& table) {
    tables.push_back(table.schema + "." + table.name);
    all += (all.empty() ? "" : ",") + tables.back();
    rows.push_back(0);
    told.push_back(false);
  }

  /// How many tables have been read when this row, which is told after them, is the next; where
  /// one connection reads them in their order.
  std::size_t read_by(const postgres::snapshot_row& row) const noexcept {
    if (row.marker == postgres::row_marker::last) return tables.size();
    return row.table + (row.marker == postgres::row_marker::last_in_collection ? 1 : 0);
  }

  /// Whether a table's end is to be told before this row, the next.
  bool has_ended(const postgres::snapshot_row& row) const noexcept {
    return in_order ? passed < read_by(row) : row.ends_table;
  }
};

/// A snapshot of which no row was read yet: its moment is fixed, and its tables are locked.
struct prepared_snapshot {
  std::unique_ptr<postgres::snapshot_session> rows;
  bool recorded = false;  // what of it is at the sink is written to the ledger
  std::vector<oid> tables;
  std::set<oid> untold;                      // tables whose changes never come: not for the ledger
  std::vector<event::table_plan_ptr> plans;  // by table
  snapshot_count count;
};

}  // namespace tidewire::app
