#include "app/engine_options.hpp"
#include "base/startup_error.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// debezium.transforms.*, debezium.predicates.* and tidewire.filter.* as the transform room wants
/// them.
namespace tidewire::app {
namespace {

using config::settings;
using transform::definition;

/// Takes an option out of a definition's.
std::string taken(definition& from, std::string_view option) {
  const auto found =
      std::ranges::find(from.options, option, &std::pair<std::string, std::string>::first);
  if (found == from.options.end()) return {};
  std::string text = std::move(found->second);
  from.options.erase(found);
  return text;
}

std::vector<definition> definitions(const settings& from, std::string_view list) {
  std::vector<definition> all;
  for (const auto& name : from.list(list)) {
    definition made;
    made.name = name;
    made.prefix = std::string(list) + "." + name + ".";
    made.options = from.with_prefix(made.prefix);
    made.class_name = taken(made, "type");
    if (list == "debezium.transforms") {
      made.predicate = taken(made, "predicate");
      made.negate = taken(made, "negate") == "true";
    }
    all.push_back(std::move(made));
  }
  return all;
}

std::vector<transform::event_filter> filters(const settings& from) {
  constexpr std::string_view prefix = "tidewire.filter.";
  constexpr std::string_view suffix = ".pattern";
  std::vector<transform::event_filter> all;
  for (auto& [rest, pattern] : from.with_prefix(prefix))
    if (rest.ends_with(suffix) && rest.size() > suffix.size())
      all.push_back({.name = rest.substr(0, rest.size() - suffix.size()),
                     .property = std::string(prefix) + rest,
                     .pattern = pattern});
  return all;
}

/// The place in the file in front of what is wrong with a transform: sentences begin with the name
/// of a property, and where that is not set, its transform's type is the nearest that is.
std::string with_place(const settings& from, const std::vector<definition>& all, std::string text) {
  std::string at;
  for (const auto& one : all) {
    if (!text.starts_with(one.prefix)) continue;
    at = one.prefix + "type";
    for (const auto& [rest, value] : from.with_prefix(one.prefix))
      if (text.compare(one.prefix.size(), rest.size(), rest) == 0) at = one.prefix + rest;
  }
  for (const auto& one : filters(from))
    if (text.starts_with(one.property)) at = one.property;
  return at.empty() ? text : from.place_of(at) + ": " + text;
}

}  // namespace

transform_options transform_options_of(const settings& from) {
  transform_options to;
  to.out.key_schemas = from.flag("debezium.format.key.schemas.enable");
  to.out.value_schemas = from.flag("debezium.format.value.schemas.enable");
  to.out.key_nulls_as_default = from.flag("debezium.format.key.replace.null.with.default");
  to.out.value_nulls_as_default = from.flag("debezium.format.value.replace.null.with.default");
  const auto transforms = definitions(from, "debezium.transforms");
  const auto patterns = filters(from);
  if (transforms.empty() && patterns.empty()) return to;
  const auto predicates = definitions(from, "debezium.predicates");
  try {
    to.steps = std::make_shared<const transform::chain>(transforms, predicates, patterns);
  } catch (const startup_error& error) {
    auto all = transforms;
    all.insert(all.end(), predicates.begin(), predicates.end());
    throw startup_error(with_place(from, all, error.what()));
  }
  return to;
}

}  // namespace tidewire::app
