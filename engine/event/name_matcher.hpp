#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {

/// A list of regular expressions as Debezium's include and exclude lists have them: comma-separated
/// (a comma inside is written `\,`), Java's meaning, each must match the whole name, and case does
/// not matter. Cheap to copy. For tables the name is `schema.table`, for columns
/// `schema.table.column`.
class name_matcher {
 public:
  name_matcher() = default;

  /// \throws startup_error for an expression that does not compile; `property` is named in the
  /// message.
  explicit name_matcher(std::string_view list, std::string_view property = {});

  bool empty() const noexcept { return patterns_.empty(); }
  bool matches(std::string_view name) const;

 private:
  struct pattern;
  std::vector<std::shared_ptr<const pattern>> patterns_;
};

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
    name_matcher table;
    std::vector<std::string> columns;
  };
  std::vector<rule> rules_;
};

}  // namespace tidewire::event
