#include "event/geometry_text.hpp"

#include "event/java_number.hpp"

#include <bit>
#include <charconv>
#include <cstddef>
#include <limits>

namespace tidewire::event {
namespace {

bool read_double(std::string_view& text, double& value) noexcept {
  for (const auto& [word, special] :
       {std::pair{std::string_view("NaN"), std::numeric_limits<double>::quiet_NaN()},
        {"Infinity", std::numeric_limits<double>::infinity()},
        {"-Infinity", -std::numeric_limits<double>::infinity()}}) {
    if (!text.starts_with(word)) continue;
    value = special;
    text.remove_prefix(word.size());
    return true;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

void append_little_endian(byte_buffer& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<char>(value & 0xFFU));
    value >>= 8U;
  }
}

bool begins_number(std::string_view text) noexcept {
  const char c = text.front();
  return (c >= '0' && c <= '9') || c == '-' || c == '.' || text.starts_with("NaN") ||
         text.starts_with("Infinity");
}

std::optional<std::uint32_t> read_hex_word(std::string_view hex, bool little_endian) noexcept {
  std::uint32_t word = 0;
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), word, 16);
  if (error != std::errc() || end != hex.data() + hex.size()) return std::nullopt;
  return little_endian ? __builtin_bswap32(word) : word;
}

}  // namespace

std::optional<point> parse_point(std::string_view text) noexcept {
  point at;
  if (!text.starts_with('(')) return std::nullopt;
  text.remove_prefix(1);
  if (!read_double(text, at.x) || !text.starts_with(',')) return std::nullopt;
  text.remove_prefix(1);
  if (!read_double(text, at.y) || text != ")") return std::nullopt;
  return at;
}

void append_point_wkb(byte_buffer& out, point at) {
  constexpr std::uint64_t point_type = 1;
  out.push_back('\x01');  // little-endian
  append_little_endian(out, point_type, 4);
  append_little_endian(out, std::bit_cast<std::uint64_t>(at.x), 8);
  append_little_endian(out, std::bit_cast<std::uint64_t>(at.y), 8);
}

void append_java_geometry(byte_buffer& out, std::string_view text) {
  while (!text.empty()) {
    double value = 0;
    if (begins_number(text) && read_double(text, value)) {
      append_java_double_text(out, value);
      continue;
    }
    out.push_back(text.front());
    text.remove_prefix(1);
  }
}

std::optional<std::uint32_t> srid_of_hex_ewkb(std::string_view hex) noexcept {
  constexpr std::uint32_t has_srid = 0x20000000;
  constexpr std::size_t header_size = 18;  // order, type, reference: 9 bytes
  if (hex.size() < header_size) return std::nullopt;
  const bool little_endian = hex.starts_with("01");
  const auto type = read_hex_word(hex.substr(2, 8), little_endian);
  if (!type || (*type & has_srid) == 0) return std::nullopt;
  return read_hex_word(hex.substr(10, 8), little_endian);
}

}  // namespace tidewire::event
