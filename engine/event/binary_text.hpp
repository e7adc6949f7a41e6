#pragma once

#include "base/byte_buffer.hpp"

#include <string_view>

namespace tidewire::event {

constexpr std::string_view hex_prefix = "\\x";

/// Appends the bytes of a bytea as PostgreSQL prints it with bytea_output hex (`\x01ff`). False if
/// it is anything else.
bool append_bytes_of_hex(byte_buffer& out, std::string_view text);
/// The same of the digits behind that prefix.
bool append_bytes_of_digits(byte_buffer& out, std::string_view digits);

/// Appends the bits of `0010…` as bytes, the last bit lowest in the first byte, without the zero
/// bytes at the end. False if there is another character.
bool append_bytes_of_bits(byte_buffer& out, std::string_view bits);

/// Appends each byte as two small hexadecimal digits.
void append_hex(byte_buffer& out, std::string_view bytes);

/// The alphabet of base64 that is safe in a URL, with padding (java.util.Base64.getUrlEncoder).
void append_base64_url_safe(byte_buffer& out, std::string_view bytes);

}  // namespace tidewire::event
