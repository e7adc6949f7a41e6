#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <string_view>

namespace tidewire::event {

/// Appends UTF-8 text as the JSON string that Jackson's UTF-8 generator writes, with its quotes: as
/// append_json_string() does, but characters beyond the basic plane become two \uXXXX escapes.
void append_event_string(byte_buffer& out, std::string_view text);

/// The position of the first byte at or after `from` that is not copied as it is, or text.size().
/// The scalar one is its plain twin, for tests.
std::size_t find_event_special(std::string_view text, std::size_t from = 0) noexcept;
std::size_t find_event_special_scalar(std::string_view text, std::size_t from = 0) noexcept;

}  // namespace tidewire::event
