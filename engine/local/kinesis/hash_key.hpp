#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::local {

/// A place on the ring of 2^128 on which Kinesis lays partition keys.
__extension__ using hash_key = unsigned __int128;

constexpr hash_key hash_key_max = ~hash_key{0};

/// MD5 of the key's UTF-8 bytes, read as a big-endian number.
hash_key hash_of(std::string_view partition_key);

/// \return nothing unless the text is a decimal number from 0 to 2^128 - 1 without leading zeroes.
std::optional<hash_key> parse_hash_key(std::string_view text) noexcept;
std::string to_string(hash_key key);

}  // namespace tidewire::local
