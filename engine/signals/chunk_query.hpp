#pragma once

#include "postgres/table.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::signals {

/// The values of a key's columns as the server prints them; nothing for NULL.
using key_values = std::vector<std::optional<std::string>>;

/// Indices into the table's columns by which its rows are ordered and cut into chunks: the column
/// of the surrogate key, or those of `named` (message.key.columns), or the key. Empty: there is no
/// order.
std::vector<std::size_t> chunk_columns(const postgres::table& table,
                                       std::string_view surrogate_key,
                                       std::vector<std::size_t> named);

/// Where a chunk begins and the table ends.
struct chunk_bounds {
  key_values after;    // of the last row of the chunk before; empty: this is the first
  key_values maximum;  // of the last row of the table, when its first chunk was read
};

/// The rows of one chunk, in order. Columns that hold a value more than once, as a surrogate key
/// may, lose no row: rows equal in them stay in one chunk, and NULL comes last. `condition` is SQL,
/// or empty.
std::string chunk_query(const postgres::table& table,
                        const std::vector<std::size_t>& order,
                        const chunk_bounds& bounds,
                        std::string_view condition,
                        std::size_t row_count);

/// The values of `order` in the last row.
std::string maximum_query(const postgres::table& table,
                          const std::vector<std::size_t>& order,
                          std::string_view condition);

}  // namespace tidewire::signals
