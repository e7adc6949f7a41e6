#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidewire::event {

/// Steps over one code point of UTF-8 text and returns it; a byte that begins none stands for
/// itself.
std::uint32_t next_code_point(std::string_view& text) noexcept;

/// java.lang.String.hashCode of UTF-8 text: over its UTF-16 code units.
std::uint32_t java_string_hash(std::string_view text) noexcept;

/// Where java.util.HashMap with 2^n buckets keeps a key: text of this hash code, in a table whose
/// size grows from 16 and doubles beyond a load of 0.75.
constexpr std::uint32_t java_map_bucket(std::uint32_t hash, std::size_t buckets) noexcept {
  return (hash ^ (hash >> 16U)) & static_cast<std::uint32_t>(buckets - 1);
}
/// How many buckets a map has that held `size` keys and began with `buckets`.
constexpr std::size_t java_map_buckets(std::size_t size, std::size_t buckets = 16) noexcept {
  while (size * 4 > buckets * 3) buckets *= 2;
  return buckets;
}

/// How many UTF-16 code units the text has in Java.
std::size_t java_length(std::string_view text) noexcept;

}  // namespace tidewire::event
