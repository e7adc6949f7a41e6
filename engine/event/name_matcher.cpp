#define PCRE2_CODE_UNIT_WIDTH 8

#include "event/name_matcher.hpp"

#include "base/startup_error.hpp"

#include <pcre2.h>

#include <array>

namespace tidewire::event {
namespace {

struct free_code {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct free_match {
  void operator()(pcre2_match_data* match) const noexcept { pcre2_match_data_free(match); }
};

constexpr std::uint32_t match_limit =
    1'000'000;  // names are short; more steps mean an expression that never ends

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Splits at commas that no backslash precedes; that backslash is taken away.
std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '\\' && i + 1 < list.size()) {
      if (list[i + 1] != ',') out.back() += list[i];
      out.back() += list[++i];
    } else if (list[i] == ',') {
      out.emplace_back();
    } else {
      out.back() += list[i];
    }
  }
  return out;
}

}  // namespace

struct name_matcher::pattern {
  std::unique_ptr<pcre2_code, free_code> code;

  pattern(std::string_view expression, std::string_view property) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()),
                             expression.size(),
                             PCRE2_CASELESS | PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                             &error,
                             &offset,
                             nullptr));
    if (code) return;
    std::array<PCRE2_UCHAR, 128> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    throw startup_error(
        std::string(property) + ": `" + std::string(expression) +
        "` is not a regular expression: " + reinterpret_cast<const char*>(message.data()) +
        " at character " + std::to_string(offset));
  }

  bool matches(std::string_view name) const {
    const std::unique_ptr<pcre2_match_data, free_match> match(
        pcre2_match_data_create_from_pattern(code.get(), nullptr));
    pcre2_match_context* const limits = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(limits, match_limit);
    const int found = pcre2_match(code.get(),
                                  reinterpret_cast<PCRE2_SPTR>(name.data()),
                                  name.size(),
                                  0,
                                  0,
                                  match.get(),
                                  limits);
    pcre2_match_context_free(limits);
    return found >= 0;
  }
};

name_matcher::name_matcher(std::string_view list, std::string_view property) {
  for (const std::string& expression : split_list(list))
    if (const std::string_view plain = trimmed(expression); !plain.empty())
      patterns_.push_back(std::make_shared<const pattern>(plain, property));
}

bool name_matcher::matches(std::string_view name) const {
  for (const auto& candidate : patterns_)
    if (candidate->matches(name)) return true;
  return false;
}

key_column_rules::key_column_rules(std::string_view rules) {
  constexpr std::string_view property = "message.key.columns";
  while (!rules.empty()) {
    const auto end = rules.find(';');
    const std::string_view text = trimmed(rules.substr(0, end));
    rules.remove_prefix(end == std::string_view::npos ? rules.size() : end + 1);
    if (text.empty()) continue;
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
      throw startup_error(std::string(property) + ": `" + std::string(text) +
                          "` is not of the form table:column,column");
    rule made;
    made.table = name_matcher(text.substr(0, colon), property);
    for (const std::string& column : split_list(text.substr(colon + 1)))
      if (const std::string_view name = trimmed(column); !name.empty())
        made.columns.emplace_back(name);
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
