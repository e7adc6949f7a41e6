#pragma once

#include "config/property_table.hpp"

#include <string_view>
#include <vector>

namespace tidewire::config {

/// One class of debezium.transforms.<name>.type or debezium.predicates.<name>.type.
struct transform_class {
  std::string_view name;
  std::vector<std::string_view> options;  // besides type, predicate and negate
  support how = support::honoured;
  std::string_view remark{};  // of a refused one: why, and what to do
};

/// All that are known, those that are refused as well.
const std::vector<transform_class>& transform_classes();
const std::vector<transform_class>& predicate_classes();

}  // namespace tidewire::config
