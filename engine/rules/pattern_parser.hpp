#pragma once

#include "rules/condition.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::rules {

/// One way of matching a pattern: all of these fields must meet their conditions. Fields are in the
/// order of their names, which are the steps of the path joined by dots; the numbers are places in
/// parsed_pattern::conditions.
using alternative = std::map<std::string, std::size_t>;

/// A pattern with its `$or`s multiplied out: any alternative will do.
struct parsed_pattern {
  static constexpr std::size_t alternatives_max = 1000;  // EventBridge's limit of combinations
  static constexpr std::size_t fields_max = 256;         // event-ruler's, of one alternative

  std::vector<field_conditions> conditions;
  std::vector<alternative> alternatives;
};

/// Why a pattern is refused, in event-ruler's words.
struct pattern_error {
  std::string reason;
};

/// Reads the pattern's JSON text. As event-ruler's Machine.addRule does, a text that is no pattern
/// of today's language is read once more by the language of old, in which `$or` is a field like any
/// other.
boost::system::result<parsed_pattern, pattern_error> parse_pattern(std::string_view json);

}  // namespace tidewire::rules
