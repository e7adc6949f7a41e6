#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidewire::event {

/// A decimal number as PostgreSQL prints a numeric, taken apart without computing: sign, digits and
/// scale. The views point into the text. -12.340 has whole "12", fraction "340".
struct decimal_text {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;

  std::int32_t scale() const noexcept { return static_cast<std::int32_t>(fraction.size()); }
};

/// Nothing for NaN, the infinities and whatever else is not a plain decimal number.
std::optional<decimal_text> parse_decimal(std::string_view text) noexcept;

/// The number without the zeros at the end of its fraction, which is what a VariableScaleDecimal
/// holds.
decimal_text without_trailing_zeros(decimal_text number) noexcept;

/// Appends the base64 of the number × 10^scale as a big-endian two's complement integer of as few
/// bytes as possible (java.math.BigInteger.toByteArray). Digits beyond the scale are rounded half
/// up, in magnitude.
void append_unscaled_base64(byte_buffer& out, const decimal_text& number, std::int32_t scale);

/// Appends the number as java.math.BigDecimal.toString prints it: with an exponent where it is
/// small.
void append_java_decimal(byte_buffer& out, const decimal_text& number, std::int32_t scale);

}  // namespace tidewire::event
