#include "transform/json_scan.hpp"

#include <charconv>
#include <cstdint>

namespace tidewire::transform {
namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto byte = [&out](std::uint32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

/// The four digits of a \uXXXX that begins at `at`; steps over them.
std::uint32_t take_unit(std::string_view text, std::size_t& at) {
  std::uint32_t unit = 0xFFFD;
  if (at + 4 <= text.size()) std::from_chars(text.data() + at, text.data() + at + 4, unit, 16);
  at += 4;
  return unit;
}

std::uint32_t take_code_point(std::string_view text, std::size_t& at) {
  const std::uint32_t high = take_unit(text, at);
  if (high < 0xD800 || high > 0xDBFF || text.substr(at, 2) != "\\u") return high;
  std::size_t after = at + 2;
  const std::uint32_t low = take_unit(text, after);
  if (low < 0xDC00 || low > 0xDFFF) return high;
  at = after;
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

}  // namespace

bool json_scan::take(std::string_view expected) noexcept {
  if (text_.substr(at_, expected.size()) != expected) return false;
  at_ += expected.size();
  return true;
}

bool json_scan::take(char expected) noexcept {
  if (peek() != expected) return false;
  ++at_;
  return true;
}

void json_scan::skip_string() noexcept {
  ++at_;
  while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
  ++at_;
}

void json_scan::skip_nested() noexcept {
  std::size_t depth = 0;
  do {
    switch (peek()) {
      case '"':
        skip_string();
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        --depth;
        break;
      default:
        break;
    }
    ++at_;
  } while (depth > 0 && at_ < text_.size());
}

std::string_view json_scan::value() noexcept {
  const std::size_t begin = at_;
  if (peek() == '"') {
    skip_string();
  } else if (peek() == '{' || peek() == '[') {
    skip_nested();
  } else {
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']') ++at_;
  }
  if (at_ > text_.size()) at_ = text_.size();
  return text_.substr(begin, at_ - begin);
}

std::string unquoted(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != '"') return std::string(literal);
  const std::string_view text = literal.substr(1, literal.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\' || at >= text.size()) {
      out.push_back(c);
      continue;
    }
    switch (const char escaped = text[at++]) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u':
        append_utf8(out, take_code_point(text, at));
        break;
      default:
        out.push_back(escaped);
        break;
    }
  }
  return out;
}

}  // namespace tidewire::transform
