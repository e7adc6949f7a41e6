#pragma once

#include "event/change_context.hpp"
#include "event/record_buffer.hpp"

#include <cstdint>
#include <string_view>

namespace tidewire::event {

/// Begins a record in `buffer`: its key is written, its value follows.
inline record begin_record(record_buffer& buffer,
                           const stream* destination,
                           std::uint64_t hash,
                           std::string_view key) {
  record begun{.destination = destination, .key_hash = hash};
  begun.key_offset = static_cast<std::uint32_t>(buffer.bytes.size());
  begun.key_size = static_cast<std::uint32_t>(key.size());
  buffer.bytes.append(key);
  begun.value_offset = static_cast<std::uint32_t>(buffer.bytes.size());
  return begun;
}

/// What was written since then is the value; the record takes the context's identity.
inline void end_record(record_buffer& buffer, record begun, change_context& context) {
  begun.value_size = static_cast<std::uint32_t>(buffer.bytes.size() - begun.value_offset);
  begun.id = context.id;
  ++context.id.ordinal;
  buffer.records.push_back(begun);
}

}  // namespace tidewire::event
