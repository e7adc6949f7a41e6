#include "event/java_number.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace tidewire::event {
namespace {

constexpr std::size_t scientific_size_max = 32;  // sign, 17 digits, point, exponent

/// A finite number taken apart: 0.d1d2d3… × 10^(exponent + 1).
struct decimal_digits {
  std::array<char, 20> digits;
  std::size_t count = 0;
  int exponent = 0;  // of the first digit
};

decimal_digits take_apart(std::string_view scientific) {
  decimal_digits parts;
  const auto mark = scientific.find('e');
  for (const char c : scientific.substr(0, mark))
    if (c != '.') parts.digits[parts.count++] = c;
  while (parts.count > 1 && parts.digits[parts.count - 1] == '0') --parts.count;
  std::string_view exponent = scientific.substr(mark + 1);
  if (exponent.front() == '+') exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), parts.exponent);
  return parts;
}

/// Java prefers, of all texts with up to two digits, the one nearest to the number: 4.9E-324 where
/// one digit, 5, would do.
template <class Float>
decimal_digits shortest(Float magnitude) {
  std::array<char, scientific_size_max> text;
  const auto end =
      std::to_chars(text.begin(), text.end(), magnitude, std::chars_format::scientific).ptr;
  decimal_digits parts = take_apart({text.data(), static_cast<std::size_t>(end - text.begin())});
  if (parts.count > 1) return parts;

  const auto two_end =
      std::to_chars(text.begin(), text.end(), magnitude, std::chars_format::scientific, 1).ptr;
  Float back{};
  std::from_chars(text.begin(), two_end, back);
  if (back != magnitude) return parts;
  return take_apart({text.data(), static_cast<std::size_t>(two_end - text.begin())});
}

/// floor(log10(2^power)), for the powers that occur here.
int digits_below(int power) noexcept {
  return power * 1233 >> 12;
}

/// Java before 19 looks for no shortest digits of a whole number below 2^63: it prints all, but for
/// those that the number's bits cannot tell, which it rounds away.
/// \return nothing where the number is none of these.
template <class Float>
std::optional<decimal_digits> digits_of_whole(Float magnitude) {
  constexpr auto below = static_cast<Float>(std::uint64_t{1} << 63);
  if (magnitude < 1 || magnitude >= below || std::trunc(magnitude) != magnitude)
    return std::nullopt;
  auto whole = static_cast<std::uint64_t>(magnitude);
  const int untold_bits =
      static_cast<int>(std::bit_width(whole)) - 2 - std::numeric_limits<Float>::digits;
  const int untold_digits = untold_bits > 0 ? digits_below(untold_bits) : 0;
  std::uint64_t unit = 1;
  for (int i = 0; i < untold_digits; ++i) unit *= 10;
  const std::uint64_t rest = whole % unit;
  whole = whole / unit + (unit > 1 && rest >= unit / 2 ? 1 : 0);

  decimal_digits parts;
  const auto end = std::to_chars(parts.digits.begin(), parts.digits.end(), whole).ptr;
  parts.count = static_cast<std::size_t>(end - parts.digits.begin());
  parts.exponent = static_cast<int>(parts.count) - 1 + untold_digits;
  while (parts.count > 1 && parts.digits[parts.count - 1] == '0') --parts.count;
  return parts;
}

void append_plain(byte_buffer& out, const decimal_digits& parts) {
  if (parts.exponent < 0) {
    out.append("0.");
    for (int zero = -1; zero > parts.exponent; --zero) out.push_back('0');
    out.append({parts.digits.data(), parts.count});
    return;
  }
  const auto whole = static_cast<std::size_t>(parts.exponent) + 1;
  for (std::size_t i = 0; i < whole; ++i) out.push_back(i < parts.count ? parts.digits[i] : '0');
  out.push_back('.');
  if (parts.count <= whole) return out.push_back('0');
  out.append({parts.digits.data() + whole, parts.count - whole});
}

void append_with_exponent(byte_buffer& out, const decimal_digits& parts) {
  out.push_back(parts.digits[0]);
  out.push_back('.');
  if (parts.count == 1) {
    out.push_back('0');
  } else {
    out.append({parts.digits.data() + 1, parts.count - 1});
  }
  out.push_back('E');
  std::array<char, 8> text;
  const auto end = std::to_chars(text.begin(), text.end(), parts.exponent).ptr;
  out.append({text.data(), static_cast<std::size_t>(end - text.begin())});
}

template <class Float>
void append_finite(byte_buffer& out, Float value) {
  constexpr auto plain_from = static_cast<Float>(1e-3);
  constexpr auto plain_below = static_cast<Float>(1e7);
  if (std::signbit(value)) out.push_back('-');
  const Float magnitude = std::fabs(value);
  if (magnitude == 0) return out.append("0.0");
  const auto whole = digits_of_whole(magnitude);
  const decimal_digits parts = whole ? *whole : shortest(magnitude);
  if (magnitude >= plain_from && magnitude < plain_below) return append_plain(out, parts);
  append_with_exponent(out, parts);
}

template <class Float>
bool append_special(byte_buffer& out, Float value) {
  if (std::isnan(value)) {
    out.append("NaN");
  } else if (std::isinf(value)) {
    out.append(value > 0 ? "Infinity" : "-Infinity");
  } else {
    return false;
  }
  return true;
}

template <class Float>
void append_json(byte_buffer& out, Float value) {
  if (std::isfinite(value)) [[likely]]
    return append_finite(out, value);
  out.push_back('"');
  append_special(out, value);
  out.push_back('"');
}

}  // namespace

void append_java_double(byte_buffer& out, double value) {
  append_json(out, value);
}
void append_java_float(byte_buffer& out, float value) {
  append_json(out, value);
}

void append_java_double_text(byte_buffer& out, double value) {
  if (!append_special(out, value)) append_finite(out, value);
}

}  // namespace tidewire::event
