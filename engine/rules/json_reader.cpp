#include "rules/json_reader.hpp"

#include "base/json_text.hpp"

namespace tidewire::rules {
namespace {

constexpr const char* unexpected_end = "Unexpected end-of-input";

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The four digits after `\u`, which were found to be hexadecimal before.
char32_t code_unit(std::string_view digits) noexcept {
  char32_t unit = 0;
  for (const char digit : digits) unit = unit * 16 + static_cast<char32_t>(hex_value(digit));
  return unit;
}

bool is_high_surrogate(char32_t unit) noexcept {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(char32_t unit) noexcept {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

json_token json_reader::fail(const char* why) noexcept {
  if (state_ != state::failed) error_ = why;
  state_ = state::failed;
  return json_token::bad;
}

json_token json_reader::next() noexcept {
  for (;;) {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
    if (state_ == state::failed) return json_token::bad;
    if (at_ == text_.size()) {
      if (state_ == state::done) return json_token::end;
      if (depth_ == 0) return fail(unexpected_end);
      return fail(in_object() ? "Unexpected end-of-input: expected close marker for Object"
                              : "Unexpected end-of-input: expected close marker for Array");
    }
    const char c = text_[at_];
    switch (state_) {
      case state::value:
        return read_value(c);
      case state::first_name:
        return c == '}' ? close() : read_name();
      case state::name:
        return read_name();
      case state::first_element:
        return c == ']' ? close() : read_value(c);
      case state::comma_or_end:
        if (c == (in_object() ? '}' : ']')) return close();
        if (c != ',') return fail("Unexpected character: was expecting comma to separate entries");
        ++at_;
        state_ = in_object() ? state::name : state::value;
        break;
      case state::done:
        return fail("Unexpected text after the JSON value");
      case state::failed:
        return json_token::bad;
    }
  }
}

bool json_reader::skip_rest_of(json_token first) noexcept {
  if (first != json_token::begin_object && first != json_token::begin_array)
    return first != json_token::bad;
  const std::size_t depth_outside = depth_ - 1;
  while (depth_ > depth_outside)
    if (next() == json_token::bad) return false;
  return true;
}

json_token json_reader::open(bool object) noexcept {
  if (depth_ == depth_max) return fail("Document nesting depth exceeds the maximum allowed (1000)");
  const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
  auto& word = objects_[depth_ / 64];
  word = object ? word | bit : word & ~bit;
  ++depth_;
  ++at_;
  state_ = object ? state::first_name : state::first_element;
  return object ? json_token::begin_object : json_token::begin_array;
}

json_token json_reader::close() noexcept {
  const bool object = in_object();
  --depth_;
  ++at_;
  after_value();
  return object ? json_token::end_object : json_token::end_array;
}

json_token json_reader::read_value(char first) noexcept {
  switch (first) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      if (!read_string()) return json_token::bad;
      after_value();
      return json_token::string;
    case 't':
      return read_literal("true", json_token::literal_true);
    case 'f':
      return read_literal("false", json_token::literal_false);
    case 'n':
      return read_literal("null", json_token::literal_null);
    default:
      return read_number();
  }
}

json_token json_reader::read_name() noexcept {
  if (text_[at_] != '"')
    return fail("Unexpected character: was expecting double-quote to start field name");
  if (!read_string()) return json_token::bad;
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
    ++at_;
  if (at_ == text_.size()) return fail(unexpected_end);
  if (text_[at_] != ':')
    return fail("Unexpected character: was expecting a colon to separate field name and value");
  ++at_;
  state_ = state::value;
  return json_token::name;
}

json_token json_reader::read_literal(std::string_view word, json_token meaning) noexcept {
  if (text_.substr(at_, word.size()) != word) return fail("Unrecognized token");
  raw_ = text_.substr(at_, word.size());
  at_ += word.size();
  after_value();
  return meaning;
}

json_token json_reader::read_number() noexcept {
  std::size_t end = at_;
  const auto digits = [&] {
    const std::size_t from = end;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    return end > from;
  };
  if (text_[end] == '-') ++end;
  const bool leading_zero = end < text_.size() && text_[end] == '0';
  if (leading_zero) {
    ++end;
  } else if (!digits()) {
    return fail(end == text_.size() ? unexpected_end
                                    : "Unexpected character: expected a valid value");
  }
  if (end < text_.size() && text_[end] == '.') {
    ++end;
    if (!digits()) return fail("Unexpected character: decimal point not followed by a digit");
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    ++end;
    if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
    if (!digits()) return fail("Unexpected character: exponent indicator not followed by a digit");
  }
  raw_ = text_.substr(at_, end - at_);
  at_ = end;
  after_value();
  return json_token::number;
}

bool json_reader::read_string() noexcept {
  const std::size_t begin = ++at_;
  has_escapes_ = false;
  for (;;) {
    at_ = find_json_special(text_, at_);
    if (at_ >= text_.size()) {
      fail("Unexpected end-of-input: was expecting closing quote for a string value");
      return false;
    }
    if (text_[at_] == '"') break;
    if (text_[at_] != '\\') {
      fail(
          "Illegal unquoted character: has to be escaped using backslash to be included in string "
          "value");
      return false;
    }
    has_escapes_ = true;
    if (!skip_escape()) return false;
  }
  raw_ = text_.substr(begin, at_ - begin);
  ++at_;
  return true;
}

bool json_reader::skip_escape() noexcept {
  const std::string_view rest = text_.substr(at_ + 1);
  std::size_t size = 1;
  bool good =
      !rest.empty() && std::string_view("\"\\/bfnrtu").find(rest.front()) != std::string_view::npos;
  if (good && rest.front() == 'u') {
    good = rest.size() >= 5;
    for (std::size_t i = 1; good && i < 5; ++i) good = hex_value(rest[i]) >= 0;
    size = 5;
  }
  if (!good) {
    fail(rest.empty() ? unexpected_end : "Unrecognized character escape");
    return false;
  }
  at_ += 1 + size;
  return true;
}

std::string json_reader::decoded() const {
  return has_escapes_ ? unescape_json(raw_) : std::string(raw_);
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t byte) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

std::string unescape_json(std::string_view escaped) {
  constexpr char32_t replacement = 0xFFFD;
  std::string out;
  out.reserve(escaped.size());
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    if (escaped[at] != '\\') {
      out.push_back(escaped[at]);
      continue;
    }
    const char what = escaped[++at];
    if (what != 'u') {
      constexpr std::string_view letters = "bfnrt";
      constexpr std::string_view meanings = "\b\f\n\r\t";
      const auto known = letters.find(what);
      out.push_back(known == std::string_view::npos ? what : meanings[known]);
      continue;
    }
    char32_t unit = code_unit(escaped.substr(at + 1, 4));
    at += 4;
    if (is_high_surrogate(unit) && escaped.substr(at + 1, 2) == "\\u") {
      const char32_t low = code_unit(escaped.substr(at + 3, 4));
      if (is_low_surrogate(low)) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
      }
    }
    append_utf8(out, is_high_surrogate(unit) || is_low_surrogate(unit) ? replacement : unit);
  }
  return out;
}

}  // namespace tidewire::rules
