#include "event/names.hpp"

#include "event/java_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace tidewire::event {
namespace {

constexpr std::size_t topic_size_max = 249;
constexpr std::uint32_t first_supplementary = 0x10000;

bool letter(std::uint32_t c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(std::uint32_t c) noexcept {
  return c >= '0' && c <= '9';
}

/// Java sees UTF-16 code units: a character beyond the basic plane is two of them, and each is
/// replaced.
template <class Function>
void for_each_unit(std::string_view text, Function function) {
  while (!text.empty()) {
    const std::uint32_t point = next_code_point(text);
    if (point < first_supplementary) {
      function(point);
      continue;
    }
    function(0xD800U | ((point - first_supplementary) >> 10U));
    function(0xDC00U | ((point - first_supplementary) & 0x3FFU));
  }
}

void append_unicode_escape(std::string& out, std::uint32_t unit) {
  std::array<char, 8> hex;
  const auto end = std::to_chars(hex.begin(), hex.end(), unit, 16).ptr;
  const std::string_view digits(hex.data(), static_cast<std::size_t>(end - hex.begin()));
  out += "_u";
  if (digits.size() <= 2) out += "00";
  out += digits;
}

struct adjuster {
  bool unicode;
  bool point_allowed;

  bool valid_first(std::uint32_t c) const noexcept { return letter(c) || (!unicode && c == '_'); }
  bool valid(std::uint32_t c) const noexcept {
    return valid_first(c) || digit(c) || (point_allowed && c == '.');
  }

  std::string operator()(std::string_view name) const {
    std::string out;
    bool first = true;
    for_each_unit(name, [&](std::uint32_t c) {
      if (first ? valid_first(c) : valid(c)) {
        out += static_cast<char>(c);
      } else if (unicode) {
        append_unicode_escape(out, c);
      } else {
        out += '_';
        if (first && digit(c)) out += static_cast<char>(c);
      }
      first = false;
    });
    return out;
  }
};

void append_utf8(std::string& out, std::uint32_t point) {
  out += static_cast<char>(0xE0U | (point >> 12U));
  out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
  out += static_cast<char>(0x80U | (point & 0x3FU));
}

}  // namespace

std::string topic_name(std::string_view proposed) {
  std::string out;
  for_each_unit(proposed, [&](std::uint32_t c) {
    out += letter(c) || digit(c) || c == '.' || c == '_' || c == '-' ? static_cast<char>(c) : '_';
  });
  if (out.size() > topic_size_max) out.resize(topic_size_max);
  if (out == "." || out == "..") out.assign(out.size(), '_');
  return out;
}

std::string table_topic(const options& how, std::string_view schema, std::string_view table) {
  std::string name = how.topic_prefix;
  for (const std::string_view part : {schema, table}) {
    if (part.empty()) continue;
    name += how.topic_delimiter;
    name += part;
  }
  return topic_name(name);
}

std::string transaction_topic(const options& how) {
  return topic_name(how.topic_prefix + how.topic_delimiter + how.transaction_topic);
}

std::string heartbeat_topic(const options& how) {
  return topic_name(how.heartbeat_prefix + how.topic_delimiter + how.topic_prefix);
}

std::string message_topic(const options& how) {
  return topic_name(how.topic_prefix + ".message");
}

std::string adjust_schema_name(std::string_view name, name_adjustment mode) {
  if (mode == name_adjustment::none) return std::string(name);
  return adjuster{.unicode = mode == name_adjustment::avro_unicode, .point_allowed = true}(name);
}

std::string adjust_field_name(std::string_view name, name_adjustment mode) {
  if (mode == name_adjustment::none) return std::string(name);
  return adjuster{.unicode = mode == name_adjustment::avro_unicode, .point_allowed = false}(name);
}

std::string stream_column_name(std::string_view name) {
  constexpr std::uint32_t sign_extension = 0xFF00;
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      append_utf8(out, sign_extension | byte);
    }
  }
  return out;
}

}  // namespace tidewire::event
