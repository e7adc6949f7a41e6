#pragma once

#include "base/regex_list.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace tidewire::event {

/// `message.key.columns`: for tables that a rule fits, the columns that make the key instead of the
/// primary key. `(.*).customers:pk1,pk2;inventory.orders:id`. Table and column together are one
/// expression over `schema.table.column`, so a column may be an expression too.
class key_column_rules {
 public:
  key_column_rules() = default;

  /// \throws startup_error for a rule that is not one colon between a table and columns, or whose
  /// expression does not compile.
  explicit key_column_rules(std::string_view rules);

  bool empty() const noexcept { return columns_.empty(); }
  /// The positions in `columns` of those that a rule fits, in the order of the rules, each once;
  /// none where the primary key stays the key.
  std::vector<std::size_t> columns_of(std::string_view table,
                                      std::span<const std::string_view> columns) const;

 private:
  std::vector<regex_list> columns_;  // one for each column of each rule
};

}  // namespace tidewire::event
