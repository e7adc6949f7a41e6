#pragma once

#include "rules/condition.hpp"
#include "rules/event_leaves.hpp"
#include "rules/path_trie.hpp"
#include "rules/pattern_parser.hpp"

#include <cstdint>
#include <vector>

namespace tidewire::rules {

/// A pattern made ready for matching.
struct compiled_pattern {
  struct requirement {
    std::uint32_t path;
    std::uint32_t conditions;  // place in `conditions`
  };

  path_trie paths;
  std::vector<field_conditions> conditions;
  std::vector<std::vector<requirement>> alternatives;  // each in the order of its fields' names
};

compiled_pattern compile_pattern(parsed_pattern parsed);

/// Whether some alternative is met by the leaves that were collected for this pattern's paths.
/// Values that come from the elements of an array must come from the same element; a field is
/// absent where no such value is left.
///
/// This is a search with going back, since the element chosen for one field restricts the next. It
/// steps over whole arrays that are out of the question, remembers dead ends once an event turns
/// out to be hard, and gives up (no match) after `steps_max`, which an event of the permitted size
/// does not reach except by design.
bool matches(const compiled_pattern& pattern, const event_leaves& event);

}  // namespace tidewire::rules
