#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire {

constexpr std::size_t base64_size(std::size_t bytes) noexcept {
  return (bytes + 2) / 3 * 4;
}

/// Appends the standard alphabet with padding (RFC 4648, section 4).
void append_base64(byte_buffer& out, std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
std::string to_base64(std::string_view bytes);

/// Nothing if the text is not base64 of the standard alphabet with padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tidewire
