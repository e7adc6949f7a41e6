#pragma once

#include "aws/kinesis.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::sinks {

/// A place on the ring of 2^128 on which Kinesis lays partition keys.
__extension__ using hash_key = unsigned __int128;

/// MD5 of the key's UTF-8 bytes, read as a big-endian number. Nothing where the system's OpenSSL
/// refuses MD5.
std::optional<hash_key> hash_key_of(std::string_view partition_key);

/// The open shards of a stream, and which of them has a key. Pure.
class shard_map {
 public:
  struct entry {
    std::string id;
    hash_key first = 0;
    std::string first_text;  // the same in decimal, as an explicit hash key
  };

  shard_map() = default;
  /// From all that ListShards tells; closed shards take no records and are left out.
  explicit shard_map(std::span<const aws::shard> shards);

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  const entry& operator[](std::size_t place) const noexcept { return entries_[place]; }
  /// The place of the shard that has `key`. The map is not empty.
  std::size_t find(hash_key key) const noexcept;

 private:
  std::vector<entry> entries_;  // by their first keys
};

}  // namespace tidewire::sinks
