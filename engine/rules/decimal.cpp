#include "rules/decimal.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <system_error>

namespace tidewire::rules {
namespace {

/// A decimal number in one form: significant digits without zeros at either end, and the power of
/// ten of the last one.
struct decimal {
  std::string digits;  // empty: zero
  std::int64_t exponent = 0;
  bool negative = false;

  bool operator==(const decimal&) const = default;
};

std::optional<decimal> read_decimal(std::string_view text) {
  decimal out;
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  const auto exponent_mark = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, exponent_mark);
  if (exponent_mark != std::string_view::npos) {
    std::string_view exponent = text.substr(exponent_mark + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::int32_t value = 0;
    if (std::from_chars(exponent.data(), exponent.data() + exponent.size(), value).ec !=
        std::errc{})
      return std::nullopt;
    out.exponent = value;
  }
  bool fraction = false;
  for (const char c : mantissa) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    if (fraction) --out.exponent;
    if (c != '0' || !out.digits.empty()) out.digits.push_back(c);
  }
  while (out.digits.ends_with('0')) {
    out.digits.pop_back();
    ++out.exponent;
  }
  if (out.digits.empty()) return decimal{};
  return out;
}

/// Up to 15 digits with a small exponent, or none: any such decimal survives the way through a
/// double.
bool surely_survives(std::string_view text) noexcept {
  return text.size() <= 16 && text.find_first_of("eE") == std::string_view::npos;
}

}  // namespace

std::optional<double> comparable_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  if (value == 0) value = 0;  // not -0
  // At most 16 characters hold 16 digits only without sign and point; those go the long way.
  if (surely_survives(text) &&
      (text.size() < 16 || text.find_first_of("-.") != std::string_view::npos))
    return value;

  std::array<char, 32> shortest{};
  const auto written = std::to_chars(
      shortest.data(), shortest.data() + shortest.size(), value, std::chars_format::scientific);
  const auto given = read_decimal(text);
  if (!given) return std::nullopt;
  if (*given !=
      *read_decimal({shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data())}))
    return std::nullopt;
  return value;
}

}  // namespace tidewire::rules
