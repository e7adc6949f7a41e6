#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tidewire::event {

using md5_digest = std::array<std::uint8_t, 16>;

/// RFC 1321. Only for names that Debezium derives with it, never for anything that must be safe.
md5_digest md5(std::string_view text);

}  // namespace tidewire::event
