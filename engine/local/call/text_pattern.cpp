#include "local/call/text_pattern.hpp"

#include <algorithm>

namespace tidewire::local {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(std::string_view text, std::string_view marks) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_decimal(std::string_view text) noexcept {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return std::all_of(text.begin(), text.end(), is_digit);
}

bool is_action(std::string_view text) noexcept {
  constexpr std::string_view prefix = "events:";
  return text.size() > prefix.size() && text.starts_with(prefix) &&
         std::all_of(text.begin() + prefix.size(), text.end(), is_letter);
}

bool is_principal(std::string_view text) noexcept {
  constexpr std::size_t account_digits = 12;
  return text == "*" ||
         (text.size() == account_digits && std::all_of(text.begin(), text.end(), is_digit));
}

std::string_view without_arn(std::string_view text) noexcept {
  constexpr std::string_view marker = ":event-bus/";
  const auto at = text.starts_with("arn:aws") ? text.find(marker) : std::string_view::npos;
  return at == std::string_view::npos ? text : text.substr(at + marker.size());
}

}  // namespace

bool fits(text_pattern pattern, std::string_view text) noexcept {
  switch (pattern) {
    case text_pattern::any:
      break;
    case text_pattern::name:
    case text_pattern::event_name:
      return consists_of(text, "_.-");
    case text_pattern::decimal:
      return is_decimal(text);
    case text_pattern::event_bus:
      return consists_of(text, "/_.-");
    case text_pattern::bus_or_arn:
      return consists_of(without_arn(text), "/_.-");
    case text_pattern::action:
      return is_action(text);
    case text_pattern::principal:
      return is_principal(text);
    case text_pattern::statement_id:
      return consists_of(text, "_-");
  }
  return true;
}

std::string_view expression_of(text_pattern pattern) noexcept {
  switch (pattern) {
    case text_pattern::any:
      break;
    case text_pattern::name:
      return "[a-zA-Z0-9_.-]+";
    case text_pattern::decimal:
      return "0|([1-9]\\d{0,128})";
    case text_pattern::event_name:
      return "[\\.\\-_A-Za-z0-9]+";
    case text_pattern::event_bus:
      return "[/\\.\\-_A-Za-z0-9]+";
    case text_pattern::bus_or_arn:
      return "(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?"
             "[/\\.\\-_A-Za-z0-9]+";
    case text_pattern::action:
      return "events:[a-zA-Z]+";
    case text_pattern::principal:
      return "(\\d{12}|\\*)";
    case text_pattern::statement_id:
      return "[a-zA-Z0-9-_]+";
  }
  return ".*";
}

}  // namespace tidewire::local
