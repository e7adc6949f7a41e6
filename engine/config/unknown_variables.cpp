#include "config/unknown_variables.hpp"

#include "config/loader.hpp"
#include "config/property_table.hpp"
#include "config/suggestion.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tidewire::config {
namespace {

/// Others that begin with DEBEZIUM_, such as DEBEZIUM_VERSION in its containers, are no properties.
constexpr std::array<std::string_view, 6> beginnings{"TIDEWIRE_",
                                                     "DEBEZIUM_SOURCE_",
                                                     "DEBEZIUM_SINK_",
                                                     "DEBEZIUM_FORMAT_",
                                                     "DEBEZIUM_TRANSFORMS_",
                                                     "DEBEZIUM_PREDICATES_"};

/// `TIDEWIRE_RELAY_<stream>_BUS` of `tidewire.relay.<stream>.bus`.
std::string variable_of(std::string_view property) {
  std::string name;
  bool placeholder = false;
  for (const char c : property) {
    placeholder = (placeholder || c == '<') && c != '>';
    if (placeholder || c == '>' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
      name += c;
    else
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : '_';
  }
  return name;
}

std::string property_like(std::string_view variable) {
  std::string name;
  for (const char c : variable)
    name += c == '_' ? '.' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

/// The row of the table whose variable it is; the pattern last.
const property* row_of(std::string_view variable) {
  const property* pattern = nullptr;
  for (const auto& family : property_families())
    for (const auto& row : family.properties) {
      const auto name = variable_of(row.name);
      if (name == variable) return &row;
      if (row.is_pattern() && fits_pattern(name, variable)) pattern = &row;
    }
  return pattern;
}

std::string did_you_mean(std::string_view variable) {
  const auto near = suggest_names(property_like(variable));
  return near.empty() ? std::string() : "; did you mean " + variable_of(near.front()) + "?";
}

}  // namespace

std::vector<std::string> process_variables() {
  std::vector<std::string> names;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view text(*one);
    names.emplace_back(text.substr(0, text.find('=')));
  }
  return names;
}

void judge_variables(loaded& all, const std::vector<std::string>& variables) {
  for (const auto& variable : variables) {
    const bool looks_like_one =
        std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view beginning) {
          return variable.starts_with(beginning);
        });
    const auto place = "environment variable " + variable;
    const bool sets_one = std::any_of(all.values.begin(), all.values.end(), [&](const auto& value) {
      return value.place == place;
    });
    if (!looks_like_one || sets_one) continue;
    const auto* const row = row_of(variable);
    if (row == nullptr)
      all.warnings.push_back(
          {variable,
           place + " is of no known property and has no effect" + did_you_mean(variable)});
    else if (row->is_pattern())
      all.warnings.push_back(
          {variable,
           fmt::format("{} has no effect: it may be {}, and the file names nothing that fits",
                       place,
                       row->name)});
  }
}

}  // namespace tidewire::config
