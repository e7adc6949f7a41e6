#include "transform/cast_value.hpp"

#include "base/byte_buffer.hpp"
#include "event/decimal_text.hpp"
#include "event/java_number.hpp"
#include "transform/date_format.hpp"
#include "transform/decimal_number.hpp"
#include "transform/json_scan.hpp"
#include "transform/struct_edit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <variant>

namespace tidewire::transform {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

struct decimal {
  std::string digits;
};
using java_value = std::variant<std::int64_t, double, bool, std::string, decimal>;

std::optional<double> number_in(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool negative = text.starts_with('-');
  const std::string_view size = negative || text.starts_with('+') ? text.substr(1) : text;
  if (size == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (size == "Infinity")
    return negative ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::infinity();
  double number = 0;
  const auto read = std::from_chars(size.data(), size.data() + size.size(), number);
  if (read.ec == std::errc::invalid_argument || read.ptr != size.data() + size.size() ||
      size.empty())
    return std::nullopt;
  if (read.ec == std::errc::result_out_of_range)
    number =
        size.find("e-") != std::string_view::npos ? 0 : std::numeric_limits<double>::infinity();
  return negative ? -number : number;
}

std::optional<std::int64_t> integer_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<java_value> read(const schema& from, std::string_view json) {
  switch (from.kind) {
    case type::int8:
    case type::int16:
    case type::int32:
    case type::int64:
      if (const auto number = integer_in(json)) return *number;
      return std::nullopt;
    case type::float32:
    case type::float64:
      if (const auto number = number_in(unquoted(json))) return *number;
      return std::nullopt;
    case type::boolean:
      return json == "true";
    case type::string:
      return unquoted(json);
    case type::bytes:
      if (from.name != decimal_name) return unquoted(json);
      if (auto digits = decimal_digits(from, json)) return decimal{std::move(*digits)};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

/// The low 64 bits of the part before the point: BigDecimal.longValue().
std::int64_t whole_of(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  std::uint64_t number = 0;
  for (const char c : digits.substr(0, digits.find('.')))
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return static_cast<std::int64_t>(negative ? 0 - number : number);
}

template <class Integer>
Integer saturated(double number) {
  if (std::isnan(number)) return 0;
  if (number >= static_cast<double>(std::numeric_limits<Integer>::max()))
    return std::numeric_limits<Integer>::max();
  if (number <= static_cast<double>(std::numeric_limits<Integer>::min()))
    return std::numeric_limits<Integer>::min();
  return static_cast<Integer>(number);
}

std::int64_t narrowed(std::int64_t number, type to) {
  if (to == type::int8) return static_cast<std::int8_t>(number);
  if (to == type::int16) return static_cast<std::int16_t>(number);
  if (to == type::int32) return static_cast<std::int32_t>(number);
  return number;
}

std::optional<std::string> as_integer(const java_value& from, type to) {
  std::int64_t number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&from)) {
    number = narrowed(*integer, to);
  } else if (const auto* broken = std::get_if<double>(&from)) {
    number = to == type::int64 ? saturated<std::int64_t>(*broken)
                               : narrowed(saturated<std::int32_t>(*broken), to);
  } else if (const auto* truth = std::get_if<bool>(&from)) {
    number = *truth ? 1 : 0;
  } else if (const auto* digits = std::get_if<decimal>(&from)) {
    number = narrowed(whole_of(digits->digits), to);
  } else {
    const auto parsed = integer_in(std::get<std::string>(from));
    if (!parsed || narrowed(*parsed, to) != *parsed) return std::nullopt;
    number = *parsed;
  }
  return std::to_string(number);
}

std::optional<std::string> as_float(const java_value& from, type to) {
  std::optional<double> number;
  if (const auto* integer = std::get_if<std::int64_t>(&from))
    number = static_cast<double>(*integer);
  if (const auto* broken = std::get_if<double>(&from)) number = *broken;
  if (const auto* truth = std::get_if<bool>(&from)) number = *truth ? 1 : 0;
  if (const auto* digits = std::get_if<decimal>(&from)) number = number_in(digits->digits);
  if (const auto* text = std::get_if<std::string>(&from)) number = number_in(*text);
  if (!number) return std::nullopt;
  byte_buffer out;
  if (to == type::float64)
    event::append_java_double(out, *number);
  else
    event::append_java_float(out, static_cast<float>(*number));
  return std::string(out.view());
}

std::string as_boolean(const java_value& from) {
  bool truth = false;
  if (const auto* integer = std::get_if<std::int64_t>(&from)) truth = *integer != 0;
  if (const auto* broken = std::get_if<double>(&from))
    truth = saturated<std::int64_t>(*broken) != 0;
  if (const auto* same = std::get_if<bool>(&from)) truth = *same;
  if (const auto* digits = std::get_if<decimal>(&from)) truth = whole_of(digits->digits) != 0;
  if (const auto* text = std::get_if<std::string>(&from))
    truth = std::ranges::equal(*text,
                               std::string_view("true"),
                               [](unsigned char a, unsigned char b) { return (a | 0x20U) == b; });
  return truth ? "true" : "false";
}

/// Dates as Connect's Values prints them: less than a day is a time, whole days are a date.
std::string date_text(const schema& from, std::int64_t number) {
  const std::int64_t ms = from.name == date_name ? number * ms_per_day : number;
  const std::string_view pattern = ms < ms_per_day        ? "HH:mm:ss.SSS'Z'"
                                   : ms % ms_per_day == 0 ? "yyyy-MM-dd"
                                                          : "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";
  return date_format::compile(pattern)->write(ms);
}

std::string as_text(const schema& from, const java_value& read_value, std::string_view json) {
  if (const auto* text = std::get_if<std::string>(&read_value)) return *text;
  if (const auto* digits = std::get_if<decimal>(&read_value)) {
    const auto parsed = event::parse_decimal(digits->digits);
    byte_buffer out;
    if (parsed) event::append_java_decimal(out, *parsed, parsed->scale());
    return std::string(out.view());
  }
  if (from.name == date_name || from.name == time_name || from.name == timestamp_name)
    return date_text(from, std::get<std::int64_t>(read_value));
  return unquoted(json);  // numbers are printed in the same way here and there
}

}  // namespace

std::optional<std::string> cast_value(const schema& from, std::string_view json, type to) {
  const auto read_value = read(from, json);
  if (!read_value) return std::nullopt;
  if (to == type::string) return json_string(as_text(from, *read_value, json));
  if (from.kind == type::bytes && from.name != decimal_name)
    return std::nullopt;  // bytes can only become base64
  switch (to) {
    case type::int8:
    case type::int16:
    case type::int32:
    case type::int64:
      return as_integer(*read_value, to);
    case type::float32:
    case type::float64:
      return as_float(*read_value, to);
    case type::boolean:
      return as_boolean(*read_value);
    default:
      return std::nullopt;
  }
}

}  // namespace tidewire::transform
