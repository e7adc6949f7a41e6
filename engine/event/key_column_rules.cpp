#include "event/key_column_rules.hpp"

#include "base/startup_error.hpp"

#include <utility>

namespace tidewire::event {

key_column_rules::key_column_rules(std::string_view rules) {
  while (!rules.empty()) {
    const auto end = rules.find(';');
    const std::string_view text = rules.substr(0, end);
    rules.remove_prefix(end == std::string_view::npos ? rules.size() : end + 1);
    if (text.find_first_not_of(' ') == std::string_view::npos) continue;
    const auto colon = text.rfind(':');
    rule made;
    if (colon != std::string_view::npos) {
      made.table = regex_list::parse(text.substr(0, colon));
      made.columns = split_regex_list(text.substr(colon + 1));
    }
    if (made.table.empty() || made.columns.empty())
      throw startup_error("message.key.columns: `" + std::string(text) +
                          "` is not of the form table:column,column");
    rules_.push_back(std::move(made));
  }
}

std::vector<std::string> key_column_rules::columns_of(std::string_view table) const {
  std::vector<std::string> out;
  for (const rule& candidate : rules_)
    if (candidate.table.matches(table))
      out.insert(out.end(), candidate.columns.begin(), candidate.columns.end());
  return out;
}

}  // namespace tidewire::event
