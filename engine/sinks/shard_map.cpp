#include "sinks/shard_map.hpp"

#include "aws/digest.hpp"

#include <algorithm>
#include <cassert>

namespace tidewire::sinks {
namespace {

/// \return nothing unless the text is a decimal number below 2^128.
std::optional<hash_key> parse_hash_key(std::string_view text) noexcept {
  constexpr hash_key max = ~hash_key{0};
  if (text.empty()) return std::nullopt;
  hash_key key = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<unsigned>(c - '0');
    if (key > (max - digit) / 10) return std::nullopt;
    key = key * 10 + digit;
  }
  return key;
}

}  // namespace

std::optional<hash_key> hash_key_of(std::string_view partition_key) {
  const auto digest = aws::md5(partition_key);
  if (!digest) return std::nullopt;
  hash_key key = 0;
  for (const unsigned char byte : *digest) key = key << 8U | byte;
  return key;
}

shard_map::shard_map(std::span<const aws::shard> shards) {
  for (const auto& shard : shards) {
    if (!shard.ending_sequence_number.empty()) continue;
    if (const auto first = parse_hash_key(shard.starting_hash_key))
      entries_.push_back({.id = shard.id, .first = *first, .first_text = shard.starting_hash_key});
  }
  std::ranges::sort(entries_, {}, &entry::first);
}

std::size_t shard_map::find(hash_key key) const noexcept {
  assert(!entries_.empty());
  const auto after = std::ranges::upper_bound(entries_, key, {}, &entry::first);
  return after == entries_.begin() ? 0 : static_cast<std::size_t>(after - entries_.begin()) - 1;
}

}  // namespace tidewire::sinks
