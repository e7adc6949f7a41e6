#include "config/properties.hpp"

#include <cstdint>

namespace tidewire::config {
namespace {

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\f';
}
constexpr bool is_line_end(char c) noexcept {
  return c == '\n' || c == '\r';
}

std::optional<std::uint32_t> hexadecimal(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

/// The unit of UTF-16 behind `\u`, or nothing where four hexadecimal digits do not follow.
std::optional<std::uint32_t> read_unit(std::string_view digits) noexcept {
  if (digits.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  for (const char c : digits.substr(0, 4)) {
    const auto digit = hexadecimal(c);
    if (!digit) return std::nullopt;
    unit = unit * 16 + *digit;
  }
  return unit;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6);
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

/// What is left of an escape that stands alone: half of a surrogate pair has no UTF-8 of its own.
constexpr std::uint32_t replacement_character = 0xFFFD;
constexpr bool is_high_surrogate(std::uint32_t unit) noexcept {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low_surrogate(std::uint32_t unit) noexcept {
  return unit >= 0xDC00 && unit < 0xE000;
}

/// Undoes the escapes of a name or a text. `raw` holds no line ends any more.
/// \return nothing where a `\u` is not followed by four hexadecimal digits.
std::optional<std::string> unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out.push_back(raw[i]);
      continue;
    }
    if (++i == raw.size()) break;  // a backslash at the very end of the file says nothing
    switch (raw[i]) {
      case 't':
        out.push_back('\t');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'u': {
        const auto unit = read_unit(raw.substr(i + 1));
        if (!unit) return std::nullopt;
        i += 4;
        std::uint32_t point = *unit;
        if (is_high_surrogate(point) && raw.substr(i + 1, 2) == "\\u") {
          const auto low = read_unit(raw.substr(i + 3));
          if (!low) return std::nullopt;
          if (is_low_surrogate(*low)) {
            point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
            i += 6;
          }
        }
        const bool alone = is_high_surrogate(point) || is_low_surrogate(point);
        append_utf8(out, alone ? replacement_character : point);
        break;
      }
      default:
        out.push_back(raw[i]);
    }
  }
  return out;
}

/// Takes one natural line off the front of `rest`, without its end.
std::string_view take_line(std::string_view& rest) noexcept {
  std::size_t end = 0;
  while (end < rest.size() && !is_line_end(rest[end])) ++end;
  const auto line = rest.substr(0, end);
  if (end < rest.size()) end += rest.substr(end, 2) == "\r\n" ? 2 : 1;
  rest.remove_prefix(end);
  return line;
}

std::string_view without_leading_blanks(std::string_view line) noexcept {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

bool goes_on(std::string_view line) noexcept {
  std::size_t backslashes = 0;
  while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

/// Where the name ends: the first separator that no backslash stands before.
std::size_t name_size(std::string_view logical) noexcept {
  for (std::size_t i = 0; i < logical.size(); ++i) {
    if (logical[i] == '\\') {
      ++i;
    } else if (logical[i] == '=' || logical[i] == ':' || is_blank(logical[i])) {
      return i;
    }
  }
  return logical.size();
}

void add_entry(property_file& file, std::string_view logical, std::size_t line) {
  const auto name_end = name_size(logical);
  auto text = without_leading_blanks(logical.substr(name_end));
  if (!text.empty() && (text.front() == '=' || text.front() == ':'))
    text = without_leading_blanks(text.substr(1));
  auto name = unescape(logical.substr(0, name_end));
  auto value = unescape(text);
  if (name && value) {
    file.entries.push_back({.name = std::move(*name), .text = std::move(*value), .line = line});
  } else {
    file.faults.push_back(
        {.line = line,
         .message = "\\u must be followed by four hexadecimal digits, such as \\u00e9"});
  }
}

}  // namespace

property_file read_properties(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  property_file file;
  std::size_t line_number = 0;
  std::string logical;
  while (!text.empty()) {
    auto line = without_leading_blanks(take_line(text));
    const auto first_line = ++line_number;
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    logical.clear();
    while (goes_on(line)) {
      logical.append(line.substr(0, line.size() - 1));
      if (text.empty()) {
        line = {};
        break;
      }
      line = without_leading_blanks(take_line(text));
      ++line_number;
    }
    logical.append(line);
    if (!logical.empty()) add_entry(file, logical, first_line);
  }
  return file;
}

}  // namespace tidewire::config
