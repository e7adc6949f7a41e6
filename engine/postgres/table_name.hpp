#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace tidewire::postgres {

struct table_name {
  std::string schema;
  std::string name;

  auto operator<=>(const table_name&) const = default;
};

/// `schema.table`, as property values and logs name it.
inline std::string to_string(const table_name& t) {
  return t.schema + '.' + t.name;
}

/// Whether a table is captured.
using table_filter = std::function<bool(std::string_view schema, std::string_view table)>;

}  // namespace tidewire::postgres
