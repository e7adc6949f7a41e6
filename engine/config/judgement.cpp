#include "config/loader.hpp"
#include "config/property_table.hpp"
#include "config/suggestion.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <variant>

namespace tidewire::config {
namespace {

std::string did_you_mean(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  return fmt::format("; did you mean {}?", fmt::join(names, " or "));
}

/// A remark behind a value is part of it, which is easily overlooked.
std::string_view remark_hint(std::string_view text) {
  return text.find(" #") == std::string_view::npos
             ? ""
             : " (a remark cannot stand behind a value; it would be part of it)";
}

std::string subject(const loaded_value& value) {
  return fmt::format(
      "{}: {}={}", value.place, shown_name(value.name), shown_value(value.name, value.text));
}

void warn(loaded& all, const loaded_value& value, const std::string& message) {
  all.warnings.push_back({value.name, message});
}

void judge_unknown(loaded& all, const loaded_value& value) {
  warn(all,
       value,
       fmt::format("{}: {} is not a known property and has no effect{}",
                   value.place,
                   shown_name(value.name),
                   did_you_mean(suggest_names(value.name))));
}

/// Names such as `quarkus.http.prot` fit a broad pattern and are misspelt nevertheless.
void judge_broad_match(loaded& all, const loaded_value& value, const property& row) {
  if (!row.name.ends_with("<option>") || row.name.starts_with("debezium.transforms.") ||
      row.name.starts_with("debezium.predicates."))
    return;
  const auto near_names = suggest_near_names(value.name);
  if (!near_names.empty())
    warn(all,
         value,
         fmt::format("{}: {} has no effect{}",
                     value.place,
                     shown_name(value.name),
                     did_you_mean(near_names)));
}

void judge(loaded& all, loaded_value& value) {
  const auto* const row = find_property(value.name);
  if (row == nullptr) return judge_unknown(all, value);
  if (row->is_pattern()) judge_broad_match(all, value, *row);
  auto checked = check_value(*row, value.text);
  if (const auto* fault = std::get_if<value_fault>(&checked)) {
    all.problems.push_back(
        fmt::format("{} {}{}", subject(value), fault->message, remark_hint(value.text)));
    return;
  }
  value.text = std::get<std::string>(std::move(checked));
  const auto found = judge_value(*row, value.text);
  if (found.how == support::refused)
    all.problems.push_back(fmt::format("{} is refused: {}", subject(value), found.remark));
  if (found.how == support::not_yet)
    warn(all, value, fmt::format("{} has no effect: {}", subject(value), found.remark));
}

}  // namespace

void judge_values(loaded& all) {
  for (auto& value : all.values) judge(all, value);
}

}  // namespace tidewire::config
