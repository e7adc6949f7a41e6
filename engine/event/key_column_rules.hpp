#pragma once

#include "base/regex_list.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {

/// `message.key.columns`: for tables whose `schema.table` matches, the columns that make the key
/// instead of the primary key. `(.*).customers:pk1,pk2;inventory.orders:id`.
class key_column_rules {
 public:
  key_column_rules() = default;

  /// \throws startup_error for a rule without a colon or columns, or whose expression does not
  /// compile.
  explicit key_column_rules(std::string_view rules);

  bool empty() const noexcept { return rules_.empty(); }
  /// The columns of every rule that matches, in order; none where no rule does.
  std::vector<std::string> columns_of(std::string_view table) const;

 private:
  struct rule {
    regex_list table;
    std::vector<std::string> columns;
  };
  std::vector<rule> rules_;
};

}  // namespace tidewire::event
