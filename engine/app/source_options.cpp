#include "app/source_options.hpp"

#include "base/startup_error.hpp"
#include "postgres/connection.hpp"

#include <algorithm>
#include <cctype>

namespace tidewire::app {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return out;
}

std::string identity_of(std::string_view word, std::string_view rule) {
  constexpr std::string_view index = "INDEX ";
  std::string plain = upper(word);
  if (plain == "DEFAULT" || plain == "FULL" || plain == "NOTHING") return plain;
  if (plain.starts_with(index)) {
    const auto name = trimmed(word.substr(index.size()));
    if (!name.empty()) return "USING INDEX " + postgres::quote_identifier(name);
  }
  throw startup_error("debezium.source.replica.identity.autoset.values: `" + std::string(rule) +
                      "` does not end in one of DEFAULT, FULL, NOTHING, INDEX name");
}

}  // namespace

std::vector<std::string> split_statements(std::string_view text) {
  std::vector<std::string> out;
  std::string statement;
  const auto finish = [&] {
    if (const auto plain = trimmed(statement); !plain.empty()) out.emplace_back(plain);
    statement.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ';') {
      statement += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == ';') {
      statement += text[i++];
    } else {
      finish();
    }
  }
  finish();
  return out;
}

std::vector<std::pair<std::string, std::string>> read_stream_parameters(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    const auto part = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0)
      throw startup_error("debezium.source.slot.stream.params: `" + std::string(part) +
                          "` is not of the form name=value");
    out.emplace_back(trimmed(part.substr(0, equals)), trimmed(part.substr(equals + 1)));
  }
  return out;
}

std::vector<identity_rule> read_identity_rules(std::string_view text) {
  std::vector<identity_rule> out;
  for (const std::string& element : split_regex_list(text)) {
    const auto rule = trimmed(element);
    if (rule.empty()) continue;
    const auto colon = rule.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
      throw startup_error("debezium.source.replica.identity.autoset.values: `" + std::string(rule) +
                          "` is not of the form table expression:identity");
    out.push_back({.tables = regex_list::parse(rule.substr(0, colon)),
                   .identity = identity_of(trimmed(rule.substr(colon + 1)), rule)});
  }
  return out;
}

std::string override_select(const std::vector<std::string>& columns, std::string_view statement) {
  statement = trimmed(statement);
  while (statement.ends_with(';')) statement = trimmed(statement.substr(0, statement.size() - 1));
  std::string select;
  for (const std::string& column : columns)
    select += (select.empty() ? "SELECT " : ", ") + postgres::quote_identifier(column);
  // The line's end closes a remark at the statement's.
  return select + " FROM (" + std::string(statement) + "\n) AS chosen";
}

}  // namespace tidewire::app
