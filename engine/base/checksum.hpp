#pragma once

#include <cstdint>
#include <string_view>

namespace tidewire {

/// Finds bytes that a disk lost or mixed up: 64 bits over all of them, at many gigabytes a second.
/// Not against somebody who changes them on purpose, and not for what outlives the process: the
/// number is this machine's.
std::uint64_t checksum(std::string_view bytes) noexcept;

}  // namespace tidewire
