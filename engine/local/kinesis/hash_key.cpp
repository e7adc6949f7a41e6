#include "local/kinesis/hash_key.hpp"

#include "local/call/digest.hpp"
#include "local/call/input_reader.hpp"

#include <algorithm>

namespace tidewire::local {

hash_key hash_of(std::string_view partition_key) {
  hash_key key = 0;
  for (const unsigned char byte : md5(partition_key)) key = key << 8U | byte;
  return key;
}

std::optional<hash_key> parse_hash_key(std::string_view text) noexcept {
  if (!fits(text_pattern::decimal, text)) return std::nullopt;
  hash_key key = 0;
  for (const char c : text) {
    const auto digit = static_cast<hash_key>(c - '0');
    if (key > (hash_key_max - digit) / 10) return std::nullopt;
    key = key * 10 + digit;
  }
  return key;
}

std::string to_string(hash_key key) {
  std::string out;
  do {
    out.push_back(static_cast<char>('0' + static_cast<int>(key % 10)));
    key /= 10;
  } while (key != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace tidewire::local
