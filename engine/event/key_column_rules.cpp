#include "event/key_column_rules.hpp"

#include "base/startup_error.hpp"

#include <algorithm>
#include <string>

namespace tidewire::event {

key_column_rules::key_column_rules(std::string_view rules) {
  while (!rules.empty()) {
    const auto end = rules.find(';');
    const std::string_view text = rules.substr(0, end);
    rules.remove_prefix(end == std::string_view::npos ? rules.size() : end + 1);
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) continue;
    const auto colon = text.find(':');
    std::vector<std::string> columns;
    if (colon != std::string_view::npos && colon > begin && colon == text.rfind(':'))
      columns = split_regex_list(text.substr(colon + 1));
    if (columns.empty())
      throw startup_error("message.key.columns: `" + std::string(text) +
                          "` is not of the form table:column,column");
    const std::string table(text.substr(begin, colon - begin));
    for (const std::string& column : columns)
      columns_.push_back(regex_list::parse(table + "." + column));
  }
}

std::vector<std::size_t> key_column_rules::columns_of(
    std::string_view table, std::span<const std::string_view> columns) const {
  std::vector<std::size_t> out;
  for (const regex_list& wanted : columns_)
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string name = std::string(table) + "." + std::string(columns[i]);
      if (wanted.matches(name) && std::find(out.begin(), out.end(), i) == out.end())
        out.push_back(i);
    }
  return out;
}

}  // namespace tidewire::event
