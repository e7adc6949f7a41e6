#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <string_view>

namespace tidewire {

/// Appends `text` (UTF-8) as a JSON string with its quotes. Escaped are `"`, `\` and the control
/// characters below 0x20, those as \b \t \n \f \r or \u00XX in capitals; everything else stays as
/// it is, as Jackson writes it.
void append_json_string(byte_buffer& out, std::string_view text);

/// The same without the quotes.
void append_json_escaped(byte_buffer& out, std::string_view text);

/// The position of the first byte at or after `from` that needs escaping, or text.size().
/// `find_json_special_scalar` is its plain twin, the reference that tests and benchmarks compare
/// with.
std::size_t find_json_special(std::string_view text, std::size_t from = 0) noexcept;
std::size_t find_json_special_scalar(std::string_view text, std::size_t from = 0) noexcept;

/// Appends a decimal integer.
void append_number(byte_buffer& out, std::int64_t value);
void append_number(byte_buffer& out, std::uint64_t value);

}  // namespace tidewire
