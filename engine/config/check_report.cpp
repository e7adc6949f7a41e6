#include "config/check_report.hpp"

#include "config/loader.hpp"
#include "config/unknown_variables.hpp"
#include "config/value_syntax.hpp"

namespace tidewire::config {

std::string_view to_string(support how) noexcept {
  switch (how) {
    case support::honoured:
      return "honoured";
    case support::harmless:
      return "harmless";
    case support::not_yet:
      return "not yet";
    case support::refused:
      return "refused";
  }
  return "";
}

check_report check_text(std::string_view text,
                        const std::string& name,
                        const environment& env,
                        const std::vector<std::string>& variables) {
  auto all = read_values(text, name, env);
  judge_values(all);
  judge_variables(all, variables);
  check_across(all, env);
  check_report report;
  for (const auto& value : all.values) {
    checked_property shown{
        shown_name(value.name), shown_value(value.name, value.text), value.place, std::nullopt, {}};
    if (const auto* row = find_property(value.name)) {
      const auto found = judge_value(*row, value.text);
      shown.how = found.how;
      shown.remark = found.remark;
    }
    report.properties.push_back(std::move(shown));
  }
  report.warnings = std::move(all.warnings);
  report.problems = std::move(all.problems);
  return report;
}

}  // namespace tidewire::config
