#include "rules/caseless_text.hpp"

#include "rules/json_reader.hpp"
#include "rules/special_casing.hpp"

#include <locale.h>
#include <wctype.h>

namespace tidewire::rules {
namespace {

/// The one locale whose simple case mapping covers all of Unicode and does not depend on the
/// environment.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

std::string lower_form(char32_t c) {
  std::string out;
  const auto special = special_lower(c);
  if (!special.empty()) return std::string(special);
  const locale_t locale = unicode_locale();
  append_utf8(
      out,
      locale == nullptr ? c : static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), locale)));
  return out;
}

std::string upper_form(char32_t c) {
  std::string out;
  const auto special = special_upper(c);
  if (!special.empty()) return std::string(special);
  const locale_t locale = unicode_locale();
  append_utf8(
      out,
      locale == nullptr ? c : static_cast<char32_t>(towupper_l(static_cast<wint_t>(c), locale)));
  return out;
}

/// Takes the next code point off valid UTF-8.
char32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
  };
  const char32_t first = byte(0);
  std::size_t size = 1;
  char32_t c = first;
  if (first >= 0xF0) {
    size = 4;
    c = first & 0x07;
  } else if (first >= 0xE0) {
    size = 3;
    c = first & 0x0F;
  } else if (first >= 0xC0) {
    size = 2;
    c = first & 0x1F;
  }
  for (std::size_t i = 1; i < size && i < text.size(); ++i) c = c << 6 | (byte(i) & 0x3F);
  text.remove_prefix(size < text.size() ? size : text.size());
  return c;
}

}  // namespace

caseless_text::caseless_text(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    letters_.push_back({lower_form(c), upper_form(c)});
  }
}

std::size_t caseless_text::end_of_prefix(std::string_view value) const noexcept {
  std::size_t at = 0;
  for (const letter& l : letters_) {
    const std::string_view rest = value.substr(at);
    if (rest.starts_with(l.lower)) {
      at += l.lower.size();
    } else if (rest.starts_with(l.upper)) {
      at += l.upper.size();
    } else {
      return std::string_view::npos;
    }
  }
  return at;
}

bool caseless_text::is_suffix_of(std::string_view value) const noexcept {
  for (auto l = letters_.rbegin(); l != letters_.rend(); ++l) {
    if (value.ends_with(l->lower)) {
      value.remove_suffix(l->lower.size());
    } else if (value.ends_with(l->upper)) {
      value.remove_suffix(l->upper.size());
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace tidewire::rules
