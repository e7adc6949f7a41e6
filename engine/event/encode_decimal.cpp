#include "event/encode_decimal.hpp"

#include "base/json_text.hpp"
#include "event/decimal_text.hpp"
#include "event/encode_scalar.hpp"
#include "event/java_number.hpp"
#include "event/money_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>

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

/// The amount as a plain decimal of the digits that a double keeps.
bool rounded_money(std::string_view text, value_scratch& scratch) {
  double value = 0;
  if (!money_as_double(text, scratch, value)) return false;
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed).ptr;
  // The shortest fixed text may show digits of the double beyond those that Java's Double.toString gives; money has
  // few enough digits before the point that only the significant ones differ, so they are taken from the exponent form.
  std::array<char, 64> scientific;
  const auto scientific_end =
      std::to_chars(scientific.begin(), scientific.end(), value, std::chars_format::scientific).ptr;
  std::size_t significant = 0;
  for (const char* c = scientific.begin(); c != scientific_end && *c != 'e'; ++c)
    if (*c >= '0' && *c <= '9') ++significant;
  scratch.bytes.clear();
  bool started = false;
  bool fraction = false;
  std::size_t seen = 0;
  for (const char* c = digits.begin(); c != end; ++c) {
    if (*c == '.') fraction = true;
    const bool is_digit = *c >= '0' && *c <= '9';
    if (is_digit && *c != '0') started = true;
    if (is_digit && started) ++seen;
    scratch.bytes.push_back(is_digit && !fraction && seen > significant ? '0' : *c);
  }
  return true;
}

}  // namespace

bool decimal(const value_encoder& self, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_decimal(text, self.scale, out);
}

bool decimal_number(const value_encoder& self, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_decimal_number(text, self.scale, out);
}

bool variable_decimal(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
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

bool decimal_string(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  if (text == "NaN") {
    out.append("\"NAN\"");
  } else if (text == "Infinity") {
    out.append("\"POSITIVE_INFINITY\"");
  } else if (text == "-Infinity") {
    out.append("\"NEGATIVE_INFINITY\"");
  } else {
    if (!parse_decimal(text)) return false;
    append_json_string(out, text);
  }
  return true;
}

bool money_decimal(const value_encoder& self, std::string_view text, byte_buffer& out, value_scratch& scratch) {
  return plain_money(text, scratch) && append_decimal(scratch.bytes.view(), self.scale, out);
}

bool money_decimal_number(const value_encoder& self, std::string_view text, byte_buffer& out, value_scratch& scratch) {
  return plain_money(text, scratch) && append_decimal_number(scratch.bytes.view(), self.scale, out);
}

bool money_double(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch& scratch) {
  double value = 0;
  if (!money_as_double(text, scratch, value)) return false;
  append_java_double(out, value);
  return true;
}

bool money_string(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch& scratch) {
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
  return rounded_money(text, scratch) && append_decimal_number(scratch.bytes.view(), self.scale, out);
}

bool snapshot_money_string(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch& scratch) {
  double value = 0;
  if (!money_as_double(text, scratch, value)) return false;
  out.push_back('"');
  append_java_double_text(out, value);
  out.push_back('"');
  return true;
}

}  // namespace tidewire::event::encode
