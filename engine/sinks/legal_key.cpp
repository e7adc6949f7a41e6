#include "sinks/legal_key.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace tidewire::sinks {
namespace {

constexpr std::size_t partition_key_characters_max = 256;
constexpr std::size_t group_id_characters_max = 128;

/// Code points of UTF-8: every byte that does not continue another.
std::size_t character_count(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_printable_ascii(char c) noexcept {
  return c > ' ' && c < '\x7F';
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string_view legal_partition_key(std::string_view key, std::string& scratch) {
  const bool short_enough = key.size() <= partition_key_characters_max ||
                            character_count(key) <= partition_key_characters_max;
  if (!key.empty() && short_enough) return key;
  scratch = sha256_hex(key);
  return scratch;
}

std::string_view legal_group_id(std::string_view key, std::string& scratch) {
  if (!key.empty() && key.size() <= group_id_characters_max &&
      std::ranges::all_of(key, is_printable_ascii))
    return key;
  scratch = sha256_hex(key);
  return scratch;
}

}  // namespace tidewire::sinks
