#include "event/default_value.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace tidewire::event {
namespace {

/// What stands for a generated value, by type. Types that are not here have no defaults.
constexpr std::array<std::pair<std::string_view, std::string_view>, 21> placeholders{{
    {"bit", "00"},
    {"varbit", "0"},
    {"bool", "false"},
    {"bpchar", ""},
    {"varchar", ""},
    {"text", ""},
    {"numeric", "0.0"},
    {"float4", "0.0"},
    {"float8", "0.0"},
    {"int2", "0"},
    {"int4", "0"},
    {"int8", "0"},
    {"json", "{}"},
    {"jsonb", "{}"},
    {"xml", ""},
    {"uuid", "00000000-0000-0000-0000-000000000000"},
    {"date", "1970-01-01"},
    {"time", "00:00"},
    {"timestamp", "1970-01-01"},
    {"timestamptz", "1970-01-01"},
    {"interval", "00:00:00"},
}};

bool name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// `name(…)`, perhaps behind a parenthesis; the call must end on its line.
bool is_call(std::string_view expression) noexcept {
  if (expression.starts_with('(')) expression.remove_prefix(1);
  const auto name_end = std::find_if_not(expression.begin(), expression.end(), name_character);
  const auto name_size = static_cast<std::size_t>(name_end - expression.begin());
  expression.remove_prefix(name_size);
  if (name_size == 0 || !expression.starts_with('(')) return false;
  const std::string_view line = expression.substr(0, expression.find('\n'));
  return line.find(')') != std::string_view::npos;
}

bool is_current_time(std::string_view expression) {
  std::string lower(expression);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower == "current_timestamp" || lower == "current_time" || lower == "current_date" ||
         lower == "localtime" || lower == "localtimestamp";
}

/// What stands between the first two quotes of one line.
std::optional<std::string> first_literal(std::string_view expression) {
  while (true) {
    const auto begin = expression.find('\'');
    if (begin == std::string_view::npos) return std::nullopt;
    const std::string_view rest = expression.substr(begin + 1);
    const auto end = rest.find_first_of("'\n");
    if (end == std::string_view::npos) return std::nullopt;
    if (rest[end] == '\'') return std::string(rest.substr(0, end));
    expression = rest;
  }
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

/// `'ok'::mood`, as written: a doubled quote inside stays doubled.
std::optional<std::string> enum_default(std::string_view type, std::string_view expression) {
  const std::string cast = "::" + std::string(type);
  if (!expression.ends_with(cast)) return std::nullopt;
  expression.remove_suffix(cast.size());
  if (expression.size() < 2 || expression.front() != '\'' || expression.back() != '\'')
    return std::nullopt;
  return std::string(expression.substr(1, expression.size() - 2));
}

/// pgjdbc reads a time of 24:00 as the last nanosecond of the day.
std::string last_moment_for_midnight(std::string time) {
  return time == "24:00:00" ? "23:59:59.999999" : time;
}

}  // namespace

std::optional<std::string> default_text(std::string_view type,
                                        bool is_enum,
                                        std::string_view expression) {
  if (is_enum) return enum_default(type, expression);
  const auto found = std::find_if(placeholders.begin(),
                                  placeholders.end(),
                                  [type](const auto& entry) { return entry.first == type; });
  if (type.empty() || found == placeholders.end()) return std::nullopt;
  expression = trimmed(expression);
  if (expression.starts_with("NULL::")) return std::nullopt;
  if (is_call(expression) || is_current_time(expression)) return std::string(found->second);
  if (expression.find('\'') != std::string_view::npos) {
    std::optional<std::string> literal = first_literal(expression);
    if (type == "time" && literal) return last_moment_for_midnight(*std::move(literal));
    return literal;
  }
  if (type == "bool") return expression == "true" ? "true" : "false";
  return std::string(expression);
}

std::string default_bits(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c != '1'; }, '0');
  return text;
}

std::string_view infinite_default_date(std::string_view infinity) noexcept {
  // Days of LocalDate.MAX and LocalDate.MIN, cut to 32 bits.
  return infinity == "infinity" ? "169560311" : "-170999002";
}

}  // namespace tidewire::event
