#pragma once

#include "event/column_type.hpp"

#include <cstdint>

namespace tidewire::event {

/// The scale in a numeric's modifier as pgjdbc 42.6 reads it. Since PostgreSQL 15 it is a signed
/// number of 11 bits, which the driver does not know: numeric(3,-2) has the scale 2046.
constexpr std::int32_t numeric_scale(std::int32_t modifier) noexcept {
  constexpr std::int32_t header = 4;
  return (modifier - header) & 0xFFFF;
}

/// numeric, by decimal.handling.mode. Without a precision it has no scale of its own.
column_type numeric_type_of(const resolved_type& type, const type_context& in);

/// money, by decimal.handling.mode and money.fraction.digits.
column_type money_type_of(const type_context& in);

}  // namespace tidewire::event
