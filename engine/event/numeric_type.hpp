#pragma once

#include "event/column_type.hpp"

#include <cstdint>

namespace tidewire::event {

/// The scale in a numeric's modifier, which is signed since PostgreSQL 15.
constexpr std::int32_t numeric_scale(std::int32_t modifier) noexcept {
  constexpr std::int32_t header = 4;
  return (((modifier - header) & 0x7FF) ^ 1024) - 1024;
}

/// numeric, by decimal.handling.mode. Without a precision it has no scale of its own.
column_type numeric_type_of(const resolved_type& type, const type_context& in);

/// money, by decimal.handling.mode and money.fraction.digits.
column_type money_type_of(const type_context& in);

}  // namespace tidewire::event
