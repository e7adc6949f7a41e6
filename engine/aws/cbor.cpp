#include "aws/cbor.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace tidewire::aws::cbor {

namespace {

constexpr std::uint8_t one_byte = 24;  // arguments 24 to 27: 1, 2, 4, 8 bytes follow
constexpr std::uint8_t eight_bytes = 27;
constexpr std::uint8_t until_break = 31;

/// Half precision: 1 sign bit, 5 of exponent (bias 15), 10 of fraction (RFC 8949, appendix D).
double half_float(std::uint64_t bits) noexcept {
  const int exponent = static_cast<int>((bits >> 10U) & 31U);
  const double fraction = static_cast<double>(bits & 1023U);
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else if (exponent < 31) {
    value = std::ldexp(fraction + 1024, exponent - 25);
  } else {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000U) != 0 ? -value : value;
}

}  // namespace

bool read_head(std::string_view& bytes, head& out) noexcept {
  if (bytes.empty()) return false;
  const auto first = static_cast<std::uint8_t>(bytes.front());
  out.type = static_cast<major>(first >> 5U);
  out.argument = first & 31U;
  out.indefinite = false;
  out.value = out.argument;
  if (out.argument == until_break) {
    const bool allowed =
        (out.type >= major::bytes && out.type <= major::map) || out.type == major::simple;
    if (!allowed) return false;
    out.indefinite = true;
    bytes.remove_prefix(1);
    return true;
  }
  if (out.argument > eight_bytes) return false;
  if (out.argument < one_byte) {
    bytes.remove_prefix(1);
    return true;
  }
  const std::size_t size = std::size_t{1} << (out.argument - one_byte);
  if (bytes.size() < 1 + size) return false;
  out.value = 0;
  for (std::size_t i = 1; i <= size; ++i)
    out.value = (out.value << 8U) | static_cast<std::uint8_t>(bytes[i]);
  bytes.remove_prefix(1 + size);
  return true;
}

bool float_of(const head& h, double& value) noexcept {
  if (h.type != major::simple || h.indefinite) return false;
  switch (h.argument) {
    case one_byte + 1:
      value = half_float(h.value);
      return true;
    case one_byte + 2:
      value = std::bit_cast<float>(static_cast<std::uint32_t>(h.value));
      return true;
    case one_byte + 3:
      value = std::bit_cast<double>(h.value);
      return true;
    default:
      return false;
  }
}

}  // namespace tidewire::aws::cbor
