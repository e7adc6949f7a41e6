#include "event/encode_decimal.hpp"

#include "base/json_text.hpp"
#include "event/decimal_text.hpp"
#include "event/encode_scalar.hpp"
#include "event/java_number.hpp"
#include "event/money_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tidewire::event::encode {
namespace {

bool append_decimal(std::string_view text, std::int32_t scale, byte_buffer& out) {
  const auto number = parse_decimal(text);
  if (!number) return false;
  out.push_back('"');
  append_unscaled_base64(out, *number, scale);
  out.push_back('"');
  return true;
}

bool append_decimal_number(std::string_view text, std::int32_t scale, byte_buffer& out) {
  const auto number = parse_decimal(text);
  if (!number) return false;
  append_java_decimal(out, *number, scale);
  return true;
}

bool special_double(std::string_view text, double& value) noexcept {
  if (text == "NaN") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (text == "Infinity") {
    value = std::numeric_limits<double>::infinity();
  } else if (text == "-Infinity") {
    value = -std::numeric_limits<double>::infinity();
  } else {
    return false;
  }
  return true;
}

bool plain_money(std::string_view text, value_scratch& scratch) {
  scratch.bytes.clear();
  return append_plain_money(scratch.bytes, text);
}

bool money_as_double(std::string_view text, value_scratch& scratch, double& value) {
  if (!plain_money(text, scratch)) return false;
  const std::string_view plain = scratch.bytes.view();
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  return error == std::errc();
}

/// The amount as a plain decimal of the digits that a double keeps, and zeros for the others.
bool rounded_money(std::string_view text, value_scratch& scratch) {
  constexpr double amount_max = 1e18;  // a money's is below 10^17
  double value = 0;
  if (!money_as_double(text, scratch, value) || std::fabs(value) > amount_max) return false;
  // As Java prints it: 1234.56, or 9.223372036854776E16 with a digit at least behind the point.
  scratch.bytes.clear();
  append_java_double_text(scratch.bytes, value);
  const std::string_view printed = scratch.bytes.view();
  const auto mark = printed.find('E');
  if (mark == std::string_view::npos) return true;
  int exponent = 0;
  std::from_chars(printed.data() + mark + 1, printed.data() + printed.size(), exponent);
  if (exponent < 0) return false;  // money ends at hundredths
  std::array<char, 64> plain;
  std::size_t size = 0;
  bool after_point = false;
  for (const char c : printed.substr(0, mark)) {
    after_point = after_point || c == '.';
    if (c == '.') continue;
    if (after_point && exponent-- == 0) plain[size++] = '.';
    plain[size++] = c;
  }
  for (; exponent > 0; --exponent) plain[size++] = '0';
  scratch.bytes.clear();
  scratch.bytes.append({plain.data(), size});
  return true;
}

}  // namespace

bool decimal(const value_encoder& self, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_decimal(text, self.scale, out);
}

bool decimal_number(const value_encoder& self,
                    std::string_view text,
                    byte_buffer& out,
                    value_scratch&) {
  return append_decimal_number(text, self.scale, out);
}

bool variable_decimal(const value_encoder&,
                      std::string_view text,
                      byte_buffer& out,
                      value_scratch&) {
  const auto parsed = parse_decimal(text);
  if (!parsed) return false;
  const decimal_text number = without_trailing_zeros(*parsed);
  out.append("{\"scale\":");
  append_number(out, std::int64_t{number.scale()});
  out.append(",\"value\":\"");
  append_unscaled_base64(out, number, number.scale());
  out.append("\"}");
  return true;
}

bool decimal_double(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  double value = 0;
  if (const auto number = parse_decimal(text)) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // java.math.BigDecimal.doubleValue goes to zero or to infinity where no double is near.
    if (error == std::errc::result_out_of_range)
      value = std::copysign(number->whole == "0" ? 0.0 : std::numeric_limits<double>::infinity(),
                            number->negative ? -1.0 : 1.0);
  } else if (!special_double(text, value)) {
    return false;
  }
  append_java_double(out, value);
  return true;
}

bool decimal_string(const value_encoder& self,
                    std::string_view text,
                    byte_buffer& out,
                    value_scratch&) {
  if (text == "NaN") {
    out.append("\"NAN\"");
  } else if (text == "Infinity") {
    out.append("\"POSITIVE_INFINITY\"");
  } else if (text == "-Infinity") {
    out.append("\"NEGATIVE_INFINITY\"");
  } else {
    const auto number = parse_decimal(text);
    if (!number) return false;
    out.push_back('"');
    out.append(text);
    if (number->scale() < self.scale) {
      if (number->fraction.empty()) out.push_back('.');
      for (std::int32_t digits = number->scale(); digits < self.scale; ++digits) out.push_back('0');
    }
    out.push_back('"');
  }
  return true;
}

bool money_decimal(const value_encoder& self,
                   std::string_view text,
                   byte_buffer& out,
                   value_scratch& scratch) {
  return plain_money(text, scratch) && append_decimal(scratch.bytes.view(), self.scale, out);
}

bool money_decimal_number(const value_encoder& self,
                          std::string_view text,
                          byte_buffer& out,
                          value_scratch& scratch) {
  return plain_money(text, scratch) && append_decimal_number(scratch.bytes.view(), self.scale, out);
}

bool money_double(const value_encoder&,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch) {
  double value = 0;
  if (!money_as_double(text, scratch, value)) return false;
  append_java_double(out, value);
  return true;
}

bool money_string(const value_encoder&,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch) {
  if (!plain_money(text, scratch)) return false;
  append_json_string(out, scratch.bytes.view());
  return true;
}

bool snapshot_money_decimal(const value_encoder& self,
                            std::string_view text,
                            byte_buffer& out,
                            value_scratch& scratch) {
  return rounded_money(text, scratch) && append_decimal(scratch.bytes.view(), self.scale, out);
}

bool snapshot_money_decimal_number(const value_encoder& self,
                                   std::string_view text,
                                   byte_buffer& out,
                                   value_scratch& scratch) {
  return rounded_money(text, scratch) &&
         append_decimal_number(scratch.bytes.view(), self.scale, out);
}

bool snapshot_money_string(const value_encoder&,
                           std::string_view text,
                           byte_buffer& out,
                           value_scratch& scratch) {
  double value = 0;
  if (!money_as_double(text, scratch, value)) return false;
  out.push_back('"');
  append_java_double_text(out, value);
  out.push_back('"');
  return true;
}

}  // namespace tidewire::event::encode
