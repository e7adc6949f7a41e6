#include "event/column_mask.hpp"

#include <algorithm>
#include <utility>

namespace tidewire::event {

mask_rules::mask_rules(std::vector<mask_rule> rules) {
  for (mask_rule& rule : rules) {
    const auto behind_equals = std::upper_bound(
        rules_.begin(), rules_.end(), rule.kind, [](mask_kind kind, const mask_rule& other) {
          return kind < other.kind;
        });
    rules_.insert(behind_equals, std::move(rule));
  }
}

const mask_rule* mask_rules::find(std::string_view column) const {
  const auto found = std::find_if(rules_.begin(), rules_.end(), [column](const mask_rule& rule) {
    return rule.columns.matches(column);
  });
  return found == rules_.end() ? nullptr : &*found;
}

}  // namespace tidewire::event
