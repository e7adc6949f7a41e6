#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace tidewire {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t invalid = 0xFF;

/// Two output characters for each 12 bits of input: one table look-up writes two bytes.
constexpr auto pairs = [] {
  std::array<std::array<char, 2>, 4096> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {alphabet[i >> 6U], alphabet[i & 63U]};
  return table;
}();

constexpr auto values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(invalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t index) noexcept {
  return static_cast<unsigned char>(bytes[index]);
}

char* encode(std::string_view bytes, char* out) noexcept {
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t triple =
        byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
    std::memcpy(out, pairs[triple >> 12U].data(), 2);
    std::memcpy(out + 2, pairs[triple & 4095U].data(), 2);
    out += 4;
  }
  const std::size_t left = bytes.size() - i;
  if (left == 0) return out;
  const std::uint32_t tail =
      byte_at(bytes, i) << 16U | (left == 2 ? byte_at(bytes, i + 1) << 8U : 0U);
  std::memcpy(out, pairs[tail >> 12U].data(), 2);
  out[2] = left == 2 ? alphabet[(tail >> 6U) & 63U] : '=';
  out[3] = '=';
  return out + 4;
}

}  // namespace

void append_base64(byte_buffer& out, std::string_view bytes) {
  const std::size_t size = base64_size(bytes.size());
  encode(bytes, out.prepare(size));
  out.commit(size);
}

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t before = out.size();
  out.resize(before + base64_size(bytes.size()));
  encode(bytes, out.data() + before);
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const std::uint8_t value = is_padding ? std::uint8_t{0} : values[byte_at(text, i)];
    if (value == invalid) return std::nullopt;
    bits = bits << 6U | value;
    if (i % 4 != 3) continue;
    out.push_back(static_cast<char>(bits >> 16U & 0xFFU));
    out.push_back(static_cast<char>(bits >> 8U & 0xFFU));
    out.push_back(static_cast<char>(bits & 0xFFU));
    bits = 0;
  }
  out.resize(out.size() - padding);
  return out;
}

}  // namespace tidewire
