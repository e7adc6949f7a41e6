#include "postgres/snapshot_order.hpp"

#include <algorithm>

namespace tidewire::postgres {

std::vector<table_name> snapshot_order(std::vector<table_name> tables,
                                       const std::vector<table_filter>& patterns) {
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  if (patterns.empty()) return tables;

  std::vector<table_name> ordered;
  ordered.reserve(tables.size());
  for (const table_filter& matches : patterns) {
    std::vector<table_name> rest;
    for (table_name& t : tables)
      (matches(t.schema, t.name) ? ordered : rest).push_back(std::move(t));
    tables = std::move(rest);
  }
  return ordered;
}

}  // namespace tidewire::postgres
