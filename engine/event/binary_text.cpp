#include "event/binary_text.hpp"

#include "base/base64.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace tidewire::event {
namespace {

constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_hex_values() {
  std::array<std::uint8_t, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = no_digit;
  for (std::uint8_t i = 0; i < 10; ++i) values[static_cast<std::size_t>('0' + i)] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values[static_cast<std::size_t>('a' + i)] = static_cast<std::uint8_t>(10 + i);
    values[static_cast<std::size_t>('A' + i)] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}

constexpr auto hex_values = make_hex_values();

}  // namespace

bool append_bytes_of_hex(byte_buffer& out, std::string_view text) {
  return text.starts_with(hex_prefix) &&
         append_bytes_of_digits(out, text.substr(hex_prefix.size()));
}

bool append_bytes_of_digits(byte_buffer& out, std::string_view text) {
  if (text.size() % 2 != 0) return false;
  const std::size_t size = text.size() / 2;
  char* const bytes = out.prepare(size);
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t high = hex_values[static_cast<unsigned char>(text[2 * i])];
    const std::uint8_t low = hex_values[static_cast<unsigned char>(text[2 * i + 1])];
    seen = static_cast<std::uint8_t>(seen | high | low);
    bytes[i] = static_cast<char>(static_cast<unsigned>(high) << 4U | low);
  }
  if (seen > 0x0F) return false;
  out.commit(size);
  return true;
}

bool append_bytes_of_bits(byte_buffer& out, std::string_view bits) {
  const std::size_t before = out.size();
  while (!bits.empty()) {
    const std::size_t count = std::min<std::size_t>(8, bits.size());
    unsigned byte = 0;
    for (const char bit : bits.substr(bits.size() - count)) {
      if (bit != '0' && bit != '1') return false;
      byte = byte << 1U | static_cast<unsigned>(bit - '0');
    }
    out.push_back(static_cast<char>(byte));
    bits.remove_suffix(count);
  }
  std::size_t size = out.size();
  while (size > before && out.data()[size - 1] == '\0') --size;
  out.truncate(size);
  return true;
}

void append_hex(byte_buffer& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  char* place = out.prepare(bytes.size() * 2);
  for (const char byte : bytes) {
    *place++ = digits[static_cast<unsigned char>(byte) >> 4U];
    *place++ = digits[static_cast<unsigned char>(byte) & 0x0FU];
  }
  out.commit(bytes.size() * 2);
}

void append_base64_url_safe(byte_buffer& out, std::string_view bytes) {
  const std::size_t before = out.size();
  append_base64(out, bytes);
  for (std::size_t i = before; i < out.size(); ++i) {
    char& c = out.data()[i];
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
}

}  // namespace tidewire::event
