#pragma once

#include "pipeline/batch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::pipeline::testing {

/// Appends a record whose key is the number `key` and whose value is `value`.
inline void append(batch& b,
                   const event::stream& destination,
                   std::uint64_t key,
                   std::string_view value) {
  event::record r;
  r.destination = &destination;
  r.key_hash = key;
  r.has_key = true;
  const std::string text = std::to_string(key);
  r.key_offset = static_cast<std::uint32_t>(b.content.bytes.size());
  r.key_size = static_cast<std::uint32_t>(text.size());
  b.content.bytes.append(text);
  r.value_offset = static_cast<std::uint32_t>(b.content.bytes.size());
  r.value_size = static_cast<std::uint32_t>(value.size());
  b.content.bytes.append(value);
  b.content.records.push_back(r);
}

/// Makes the record that was appended last one of a table of which nothing but inserts can come.
inline void share_requests(batch& b) {
  b.content.records.back().has_key = false;
  b.content.records.back().order = event::keyless_order::request;
}

}  // namespace tidewire::pipeline::testing
