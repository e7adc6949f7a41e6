#include "rules/condition.hpp"

#include <algorithm>

namespace tidewire::rules {

bool accepts(const single_condition& condition, const leaf_value& value) {
  return std::visit([&](const auto& c) { return c.accepts(value); }, condition);
}

bool field_conditions::accepts(const leaf_value& value) const {
  const auto met = [&](const single_condition& c) { return rules::accepts(c, value); };
  return std::any_of(any_of.begin(), any_of.end(), [&](const condition& c) {
    return c.negated != std::any_of(c.of.begin(), c.of.end(), met);
  });
}

}  // namespace tidewire::rules
