#pragma once

#include <cstddef>
#include <cstdint>

namespace tidewire {

/// Of the largest 64-bit number.
constexpr std::size_t decimal_digits_max = 20;
/// What write_decimal() may overwrite, from where it begins.
constexpr std::size_t decimal_room = 24;

/// Writes the digits of a number, of which there are at least one, and returns their end. Eight
/// digits at a time are made by multiplications in one register, and the two halves of a number of
/// sixteen do not wait for each other.
char* write_decimal(char* out, std::uint64_t value) noexcept;

}  // namespace tidewire
