#include "base/decimal_digits.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace tidewire {
namespace {

constexpr std::uint64_t eight_digits = 100'000'000;

/// 10^n by n; but 0 by 0, as zero has a digit.
constexpr std::array<std::uint64_t, 17> powers = [] {
  std::array<std::uint64_t, 17> all{};
  std::uint64_t power = 1;
  for (std::size_t n = 1; n < all.size(); ++n) all[n] = power *= 10;
  return all;
}();

/// Of a number below 10^16.
std::size_t count_digits(std::uint64_t value) noexcept {
  const auto bits = static_cast<unsigned>(64 - std::countl_zero(value | 1U));
  const std::size_t low = (bits * 1233U) >> 12U;  // bits × log10(2), rounded down
  return low + (value >= powers[low] ? 1U : 0U);
}

/// The eight digits of a number below 10^8 as bytes, the first one lowest. Pairs of fields are
/// divided at once: by 10000, by 100, by 10; the factors are the rounded reciprocals.
std::uint64_t digits_of(std::uint64_t value) noexcept {
  const std::uint64_t halves = (value / 10'000) | ((value % 10'000) << 32U);
  const std::uint64_t hundreds = ((halves * 10'486U) >> 20U) & 0x0000'007F'0000'007FU;
  const std::uint64_t pairs = hundreds | ((halves - hundreds * 100U) << 16U);
  const std::uint64_t tens = ((pairs * 103U) >> 10U) & 0x000F'000F'000F'000FU;
  return (tens | ((pairs - tens * 10U) << 8U)) + 0x3030'3030'3030'3030U;
}

/// Without the first ones, which are zeros.
char* write_last(char* out, std::uint64_t digits, std::size_t count) noexcept {
  digits >>= 8 * (8 - count);
  std::memcpy(out, &digits, sizeof digits);
  return out + count;
}

}  // namespace

char* write_decimal(char* out, std::uint64_t value) noexcept {
  const bool is_plain =
      value < eight_digits * eight_digits && std::endian::native == std::endian::little;
  if (!is_plain) return std::to_chars(out, out + decimal_digits_max, value).ptr;
  const std::size_t count = count_digits(value);
  if (count <= 8) return write_last(out, digits_of(value), count);
  const std::uint64_t high = value / eight_digits;
  out = write_last(out, digits_of(high), count - 8);
  return write_last(out, digits_of(value - high * eight_digits), 8);
}

}  // namespace tidewire
