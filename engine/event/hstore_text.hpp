#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tidewire::event {

/// One pair of an hstore; the places are in hstore_pairs::bytes.
struct hstore_pair {
  std::size_t key_offset = 0;
  std::size_t key_size = 0;
  std::size_t value_offset = 0;
  std::size_t value_size = 0;
  std::uint32_t hash = 0;  // java.util.HashMap's of the key
  bool value_is_null = false;
};

/// The pairs of an hstore, unescaped. Reused: its memory is kept.
struct hstore_pairs {
  byte_buffer bytes;
  std::vector<hstore_pair> pairs;

  std::string_view key(const hstore_pair& pair) const noexcept {
    return bytes.view(pair.key_offset, pair.key_size);
  }
  std::string_view value(const hstore_pair& pair) const noexcept {
    return bytes.view(pair.value_offset, pair.value_size);
  }
};

/// Reads `"a"=>"1", "b"=>NULL`. False if the text is anything else.
bool parse_hstore(std::string_view text, hstore_pairs& out);

/// Puts the pairs in the order in which a java.util.HashMap filled with them is walked, since that
/// is the order in which Debezium writes them: by bucket, and inside a bucket by age.
void order_like_java_map(hstore_pairs& pairs);

}  // namespace tidewire::event
