#define PCRE2_CODE_UNIT_WIDTH 8

#include "transform/java_regex.hpp"

#include "base/startup_error.hpp"

#include <pcre2.h>

#include <array>
#include <cstdint>

namespace tidewire::transform {
namespace {

struct free_code {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct free_match {
  void operator()(pcre2_match_data* match) const noexcept { pcre2_match_data_free(match); }
};
struct free_context {
  void operator()(pcre2_match_context* context) const noexcept {
    pcre2_match_context_free(context);
  }
};

constexpr std::uint32_t match_limit =
    1'000'000;  // names are short; more steps mean an expression that never ends

PCRE2_SPTR units(std::string_view text) noexcept {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[noreturn]] void refuse(std::string_view owner, std::string_view text, const std::string& why) {
  throw startup_error(std::string(owner) + ": `" + std::string(text) + "` " + why);
}

}  // namespace

struct java_regex::compiled {
  std::unique_ptr<pcre2_code, free_code> code;
  std::unique_ptr<pcre2_match_data, free_match> match;
  std::unique_ptr<pcre2_match_context, free_context> limits;

  bool run(std::string_view text, std::uint32_t how) const {
    return pcre2_match(code.get(), units(text), text.size(), 0, how, match.get(), limits.get()) >=
           0;
  }
  std::string_view group(std::string_view text, int number) const {
    const PCRE2_SIZE* const ends = pcre2_get_ovector_pointer(match.get());
    const auto at = 2 * static_cast<std::size_t>(number);
    return ends[at] == PCRE2_UNSET ? std::string_view()
                                   : text.substr(ends[at], ends[at + 1] - ends[at]);
  }
  int group_count() const {
    std::uint32_t count = 0;
    pcre2_pattern_info(code.get(), PCRE2_INFO_CAPTURECOUNT, &count);
    return static_cast<int>(count);
  }
};

java_regex::java_regex(std::string_view expression, std::string_view owner) {
  auto made = std::make_shared<compiled>();
  int error = 0;
  PCRE2_SIZE offset = 0;
  made->code.reset(
      pcre2_compile(units(expression), expression.size(), PCRE2_UTF, &error, &offset, nullptr));
  if (!made->code) {
    std::array<PCRE2_UCHAR, 128> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    refuse(owner,
           expression,
           "is not a regular expression: " +
               std::string(reinterpret_cast<const char*>(message.data())) + " at character " +
               std::to_string(offset + 1));
  }
  made->match.reset(pcre2_match_data_create_from_pattern(made->code.get(), nullptr));
  made->limits.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(made->limits.get(), match_limit);
  code_ = std::move(made);
}

bool java_regex::matches(std::string_view text) const {
  return code_->run(text, PCRE2_ANCHORED | PCRE2_ENDANCHORED);
}

void java_regex::replacement(std::string_view text, std::string_view owner) {
  replacement_.assign(1, {});
  const auto add_group = [this](int number) {
    replacement_.back().group = number;
    replacement_.emplace_back();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      if (++at == text.size()) refuse(owner, text, "ends in a backslash that escapes nothing");
      replacement_.back().plain += text[at];
    } else if (text[at] != '$') {
      replacement_.back().plain += text[at];
    } else if (text.substr(at + 1).starts_with('{')) {
      const auto close = text.find('}', at);
      if (close == std::string_view::npos) refuse(owner, text, "has a `${` without its `}`");
      const std::string name(text.substr(at + 2, close - at - 2));
      const int number = pcre2_substring_number_from_name(code_->code.get(), units(name));
      if (number < 0)
        refuse(owner, text, "names the group `" + name + "`, which the expression does not have");
      add_group(number);
      at = close;
    } else {
      if (at + 1 == text.size() || !digit(text[at + 1]))
        refuse(owner, text, "has a `$` that is no group's; a plain one is written `\\$`");
      int number = text[++at] - '0';
      if (number > code_->group_count())
        refuse(owner,
               text,
               "names group " + std::to_string(number) + ", which the expression does not have");
      // As many digits as still name a group, as Java reads them.
      while (at + 1 < text.size() && digit(text[at + 1]) &&
             number * 10 + (text[at + 1] - '0') <= code_->group_count())
        number = number * 10 + (text[++at] - '0');
      add_group(number);
    }
  }
}

std::optional<std::string> java_regex::replace(std::string_view text) const {
  if (!matches(text)) return std::nullopt;
  // replaceFirst() looks again, from the start, for the first place that matches; it need not be
  // all of the text.
  if (!code_->run(text, 0)) return std::string(text);
  const std::string_view found = code_->group(text, 0);
  const auto begin = static_cast<std::size_t>(found.data() - text.data());
  std::string out(text.substr(0, begin));
  for (const piece& one : replacement_) {
    out += one.plain;
    if (one.group >= 0) out += code_->group(text, one.group);
  }
  out += text.substr(begin + found.size());
  return out;
}

}  // namespace tidewire::transform
