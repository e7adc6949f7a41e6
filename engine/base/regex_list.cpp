#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/regex_list.hpp"

#include "base/startup_error.hpp"

#include <pcre2.h>

#include <array>
#include <utility>

namespace tidewire {
namespace {

constexpr std::uint32_t steps_max = 10'000'000;

struct free_code {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct free_match {
  void operator()(pcre2_match_data* data) const noexcept { pcre2_match_data_free(data); }
};
struct free_context {
  void operator()(pcre2_match_context* context) const noexcept {
    pcre2_match_context_free(context);
  }
};

std::string pcre_message(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

/// Java intersects character classes by `&&`; PCRE2 would take the ampersands for characters.
bool has_class_intersection(std::string_view source) noexcept {
  int depth = 0;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\\')
      ++i;
    else if (source[i] == '[')
      ++depth;
    else if (source[i] == ']' && depth > 0)
      --depth;
    else if (depth > 0 && source.substr(i, 2) == "&&")
      return true;
  }
  return false;
}

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

struct regex_list::expression {
  std::string source;
  std::unique_ptr<pcre2_code, free_code> code;
  std::unique_ptr<pcre2_match_data, free_match> data;
  std::unique_ptr<pcre2_match_context, free_context> context;
};

std::vector<std::string> split_regex_list(std::string_view text) {
  std::vector<std::string> parts;
  std::string part;
  const auto end_part = [&] {
    if (const auto inner = trimmed(part); !inner.empty()) parts.emplace_back(inner);
    part.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (text[i + 1] != ',') part.push_back('\\');
      part.push_back(text[++i]);
    } else if (text[i] == ',') {
      end_part();
    } else {
      part.push_back(text[i]);
    }
  }
  end_part();
  return parts;
}

std::variant<regex_list, regex_list::fault> regex_list::read(std::string_view text) {
  regex_list list;
  for (auto& source : split_regex_list(text)) {
    if (has_class_intersection(source))
      return fault{"the expression '" + source +
                   "' intersects character classes (&&), which is not supported; use a lookahead "
                   "such as (?=[a-z])[^b]"};
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto made = std::make_shared<expression>();
    constexpr std::uint32_t how =
        PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_CASELESS | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    made->code.reset(pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(source.data()), source.size(), how, &error, &offset, nullptr));
    if (!made->code)
      return fault{"the expression '" + source + "' is wrong at character " +
                   std::to_string(offset + 1) + ": " + pcre_message(error)};
    made->data.reset(pcre2_match_data_create_from_pattern(made->code.get(), nullptr));
    made->context.reset(pcre2_match_context_create(nullptr));
    if (!made->data || !made->context) throw std::bad_alloc();
    pcre2_set_match_limit(made->context.get(), steps_max);
    made->source = std::move(source);
    list.expressions_.push_back(std::move(made));
  }
  return list;
}

regex_list regex_list::parse(std::string_view text) {
  auto read_list = read(text);
  if (auto* wrong = std::get_if<fault>(&read_list)) throw startup_error(wrong->message);
  return std::get<regex_list>(std::move(read_list));
}

std::optional<std::size_t> regex_list::first_match(std::string_view name) const {
  for (std::size_t i = 0; i < expressions_.size(); ++i) {
    const auto& one = *expressions_[i];
    const int count = pcre2_match(one.code.get(),
                                  reinterpret_cast<PCRE2_SPTR>(name.data()),
                                  name.size(),
                                  0,
                                  0,
                                  one.data.get(),
                                  one.context.get());
    if (count >= 0) return i;
    if (count != PCRE2_ERROR_NOMATCH)
      throw startup_error("the expression '" + one.source + "' cannot be matched with '" +
                          std::string(name) + "': " + pcre_message(count));
  }
  return std::nullopt;
}

bool regex_list::matches(std::string_view name) const {
  return first_match(name).has_value();
}

}  // namespace tidewire
