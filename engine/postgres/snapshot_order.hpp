#pragma once

#include "postgres/table_name.hpp"

#include <vector>

namespace tidewire::postgres {

/// The order in which Debezium reads tables: with table.include.list that of its patterns, and by
/// schema and name within one; without, by schema and name. A table that matches several patterns
/// comes with the first; one that matches none is left out.
/// \param patterns one predicate per element of table.include.list; empty where the property is not
/// set.
std::vector<table_name> snapshot_order(std::vector<table_name> tables,
                                       const std::vector<table_filter>& patterns);

}  // namespace tidewire::postgres
