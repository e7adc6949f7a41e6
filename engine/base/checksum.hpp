#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace tidewire {

/// CRC-32 of the pieces, one behind the other: finds bytes that a disk lost or mixed up. Not
/// against somebody who changes them on purpose.
std::uint32_t checksum(std::initializer_list<std::string_view> pieces);
inline std::uint32_t checksum(std::string_view bytes) {
  return checksum({bytes});
}

}  // namespace tidewire
