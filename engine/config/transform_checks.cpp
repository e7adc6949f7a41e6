#include "config/loader.hpp"
#include "config/suggestion.hpp"
#include "config/transform_table.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

/// debezium.transforms and debezium.predicates: classes, their options, and who names whom.
namespace tidewire::config {
namespace {

constexpr std::size_t near_max = 3;

struct kind {
  std::string_view list;  // debezium.transforms
  std::string prefix;     // debezium.transforms.
  const std::vector<transform_class>* classes;
};

std::vector<std::string> elements_of(const loaded& all, std::string_view list) {
  const auto* const value = all.find(list);
  return value == nullptr ? std::vector<std::string>() : read_list(value->text);
}

/// The nearest of some names, as a question; empty where nothing is near.
template <class Names, class Project>
std::string meant(const Names& names, std::string_view written, const Project& name_of) {
  std::string_view best;
  std::size_t least = near_max + 1;
  for (const auto& one : names) {
    const auto distance = spelling_distance(name_of(one), written, near_max);
    if (distance >= least) continue;
    least = distance;
    best = name_of(one);
  }
  return best.empty() ? std::string() : fmt::format("; did you mean {}?", best);
}

const transform_class* find_class(const kind& of, std::string_view name) {
  const auto found = std::ranges::find(*of.classes, name, &transform_class::name);
  return found == of.classes->end() ? nullptr : &*found;
}

/// The class, if it can be used; else says why not.
const transform_class* checked_class(loaded& all, const kind& of, const std::string& element) {
  const auto property = fmt::format("{}{}.type", of.prefix, element);
  const auto* const type = all.find(property);
  if (type == nullptr) {
    all.problems.push_back(
        fmt::format("{} is not set, and {} names {}", property, of.list, element));
    return nullptr;
  }
  const auto* const found = find_class(of, type->text);
  if (found != nullptr && found->how != support::refused) return found;
  if (found != nullptr) {
    all.problems.push_back(
        fmt::format("{}: {}={} is refused: {}", type->place, property, type->text, found->remark));
    return nullptr;
  }
  std::string known;
  for (const auto& one : *of.classes)
    if (one.how != support::refused) known.append(known.empty() ? "" : ", ").append(one.name);
  const auto hint =
      meant(*of.classes, type->text, [](const transform_class& one) { return one.name; });
  all.problems.push_back(fmt::format("{}: {}={} is not a known class{} There are {}",
                                     type->place,
                                     property,
                                     type->text,
                                     hint.empty() ? "." : hint,
                                     known));
  return nullptr;
}

void check_options(loaded& all,
                   const kind& of,
                   const std::string& element,
                   const transform_class& its) {
  const auto prefix = fmt::format("{}{}.", of.prefix, element);
  std::vector<std::string_view> options = its.options;
  options.emplace_back("type");
  if (of.list == "debezium.transforms") options.insert(options.end(), {"predicate", "negate"});
  for (const auto& value : all.values) {
    if (!value.name.starts_with(prefix)) continue;
    const auto option = std::string_view(value.name).substr(prefix.size());
    if (std::ranges::find(options, option) != options.end()) continue;
    all.warnings.push_back(
        {value.name,
         fmt::format("{}: {} is not an option of {} and has no effect{}",
                     value.place,
                     value.name,
                     its.name,
                     meant(options, option, [](std::string_view one) { return one; }))});
  }
}

void check_kind(loaded& all, const kind& of) {
  const auto elements = elements_of(all, of.list);
  for (const auto& element : elements)
    if (const auto* const its = checked_class(all, of, element))
      check_options(all, of, element, *its);
  for (const auto& value : all.values) {
    if (!value.name.starts_with(of.prefix)) continue;
    const auto belongs = [&](const std::string& element) {
      return value.name.starts_with(of.prefix + element + ".");
    };
    if (std::ranges::any_of(elements, belongs)) continue;
    all.warnings.push_back(
        {value.name,
         fmt::format(
             "{}: {} has no effect: {} does not name it", value.place, value.name, of.list)});
  }
}

void check_named_predicates(loaded& all) {
  const auto predicates = elements_of(all, "debezium.predicates");
  for (const auto& element : elements_of(all, "debezium.transforms")) {
    const auto* const named = all.find(fmt::format("debezium.transforms.{}.predicate", element));
    if (named == nullptr || std::ranges::find(predicates, named->text) != predicates.end())
      continue;
    all.problems.push_back(
        fmt::format("{}: {}={} is not allowed: debezium.predicates does not name it{}",
                    named->place,
                    named->name,
                    named->text,
                    meant(predicates, named->text, [](const std::string& one) {
                      return std::string_view(one);
                    })));
  }
}

}  // namespace

void check_transforms(loaded& all) {
  check_kind(all, {"debezium.transforms", "debezium.transforms.", &transform_classes()});
  check_kind(all, {"debezium.predicates", "debezium.predicates.", &predicate_classes()});
  check_named_predicates(all);
}

}  // namespace tidewire::config
