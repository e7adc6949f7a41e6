#pragma once

#include <cstdint>

namespace tidewire::event {

/// How an event without a key stands to the others of its stream that have none.
enum class keyless_order : std::uint8_t {
  stream,   // it goes out after the answer to the one before
  request,  // it may share a request with others like it, in order, though a part may be refused
  none,     // its hash is its own: it waits for none
};

}  // namespace tidewire::event
