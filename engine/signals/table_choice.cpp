#include "signals/table_choice.hpp"

#include "base/regex_list.hpp"
#include "base/startup_error.hpp"
#include "postgres/connection.hpp"

#include <algorithm>
#include <cctype>
#include <variant>

namespace tidewire::signals {
namespace {

/// One expression whose commas are its own. An expression that does not compile matches nothing.
regex_list single(std::string_view expression, std::string_view prefix) {
  std::string list(prefix);
  for (const char c : expression) {
    if (c == ',') list += '\\';
    list += c;
  }
  auto read = regex_list::read(list);
  if (auto* const good = std::get_if<regex_list>(&read)) return std::move(*good);
  return {};
}

/// An expression that takes too many steps matches nothing either: a signal must not end the
/// engine.
bool matches(const regex_list& list, std::string_view name) {
  try {
    return list.matches(name);
  } catch (const startup_error&) {
    return false;
  }
}

bool begins_with_word(std::string_view text, std::string_view word) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || text.size() - start <= word.size()) return false;
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
  return std::ranges::equal(text.substr(start, word.size()), word, same) &&
         std::isspace(static_cast<unsigned char>(text[start + word.size()])) != 0;
}

}  // namespace

postgres::table_name read_table_name(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos) return {.schema = {}, .name = std::string(text)};
  auto schema = text.substr(0, dot);
  if (const auto before = schema.rfind('.'); before != std::string_view::npos)
    schema.remove_prefix(before + 1);
  return {.schema = std::string(schema), .name = std::string(text.substr(dot + 1))};
}

std::vector<postgres::table_name> choose_tables(const std::vector<std::string>& expressions,
                                                const std::vector<postgres::table_name>& known) {
  std::vector<postgres::table_name> out;
  const auto add = [&out](postgres::table_name name) {
    if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
  };
  for (const std::string& expression : expressions) {
    const regex_list pattern = single(expression, "(?-i)");
    bool any = false;
    for (const postgres::table_name& name : known) {
      if (!matches(pattern, to_string(name))) continue;
      any = true;
      add(name);
    }
    if (!any) add(read_table_name(expression));
  }
  return out;
}

bool wants_table(const std::vector<std::string>& expressions, std::string_view table) {
  return std::ranges::any_of(expressions, [table](const std::string& list) {
    const auto read = regex_list::read(list);
    const auto* const good = std::get_if<regex_list>(&read);
    return good != nullptr && matches(*good, table);
  });
}

std::string filter_of(const std::vector<condition>& conditions, std::string_view table) {
  for (const condition& one : conditions)
    if (matches(single(one.tables, {}), table)) return one.filter;
  return {};
}

std::string statement_of(std::string_view filter, const postgres::table_name& table) {
  if (begins_with_word(filter, "select") || begins_with_word(filter, "with"))
    return std::string(filter);
  return "SELECT * FROM " + postgres::quote_identifier(table.schema) + "." +
         postgres::quote_identifier(table.name) + " WHERE (" + std::string(filter) + "\n)";
}

}  // namespace tidewire::signals
