#pragma once

#include "base/byte_buffer.hpp"

#include <string_view>

namespace tidewire::event {

/// Appends an amount as PostgreSQL prints it in any locale (`-$1,234.56`, `1.234,56 €`, `($5.00)`)
/// as a plain decimal,
/// `-1234.56`. The last point or comma with fewer than three digits behind it begins the fraction;
/// all others separate groups. False if there is no digit.
bool append_plain_money(byte_buffer& out, std::string_view money);

}  // namespace tidewire::event
