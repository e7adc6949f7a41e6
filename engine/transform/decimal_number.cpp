#include "transform/decimal_number.hpp"

#include "base/base64.hpp"
#include "transform/json_scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace tidewire::transform {
namespace {

/// Divides the big-endian magnitude by ten in place; returns the remainder.
unsigned divide_by_ten(std::string& magnitude) {
  unsigned rest = 0;
  for (char& byte : magnitude) {
    const unsigned part = rest * 256 + static_cast<unsigned char>(byte);
    byte = static_cast<char>(part / 10);
    rest = part % 10;
  }
  return rest;
}

void negate(std::string& twos_complement) {
  unsigned carry = 1;
  for (auto byte = twos_complement.rbegin(); byte != twos_complement.rend(); ++byte) {
    const unsigned sum = (static_cast<unsigned char>(*byte) ^ 0xFFU) + carry;
    *byte = static_cast<char>(sum & 0xFFU);
    carry = sum >> 8U;
  }
}

std::string digits_of(std::string bytes) {
  const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0;
  if (negative) negate(bytes);
  std::string digits;
  while (std::ranges::any_of(bytes, [](char byte) { return byte != 0; }))
    digits.push_back(static_cast<char>('0' + divide_by_ten(bytes)));
  if (digits.empty()) digits = "0";
  if (negative) digits.push_back('-');
  std::ranges::reverse(digits);
  return digits;
}

}  // namespace

std::optional<std::string> decimal_digits(const schema& shape, std::string_view json) {
  if (!json.starts_with('"')) return std::string(json);
  const std::string_view written = shape.parameter("scale");
  std::size_t scale = 0;
  if (std::from_chars(written.data(), written.data() + written.size(), scale).ec != std::errc())
    return std::nullopt;
  auto bytes = from_base64(unquoted(json));
  if (!bytes) return std::nullopt;
  std::string digits = digits_of(std::move(*bytes));
  if (scale == 0) return digits;
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  if (digits.size() - sign <= scale) digits.insert(sign, scale + 1 - (digits.size() - sign), '0');
  digits.insert(digits.size() - scale, 1, '.');
  return digits;
}

}  // namespace tidewire::transform
