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

/// How many UTF-16 code units the text has in Java.
std::size_t java_length(std::string_view text) noexcept;

}  // namespace tidewire::event
