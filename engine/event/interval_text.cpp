#include "event/interval_text.hpp"

#include "base/json_text.hpp"

#include <cmath>
#include <limits>

namespace tidewire::event {
namespace {

constexpr double days_per_month = 365.25 / 12.0;
constexpr std::size_t digits_max = 18;

bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool read_number(std::string_view& text, std::int64_t& value) noexcept {
  value = 0;
  std::size_t count = 0;
  while (count < text.size() && count < digits_max && digit(text[count]))
    value = value * 10 + (text[count++] - '0');
  text.remove_prefix(count);
  return count > 0;
}

bool read_sign(std::string_view& text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

/// What follows hours: `:05:06.789`.
bool read_rest_of_clock(std::string_view& text, bool negative, interval_parts& parts) noexcept {
  std::int64_t micros = 0;
  text.remove_prefix(1);
  if (!read_number(text, parts.minutes)) return false;
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    if (!read_number(text, parts.seconds)) return false;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t before = text.size();
    if (!read_number(text, micros)) return false;
    std::size_t count = before - text.size();
    for (; count < 6; ++count) micros *= 10;
    for (; count > 6; --count) micros /= 10;
  }
  parts.micros = micros;
  if (negative) {
    parts.hours = -parts.hours;
    parts.minutes = -parts.minutes;
    parts.seconds = -parts.seconds;
    parts.micros = -parts.micros;
  }
  return true;
}

bool assign_unit(std::string_view unit, std::int64_t value, interval_parts& parts) noexcept {
  if (unit.starts_with("year")) {
    parts.years = value;
  } else if (unit.starts_with("mon")) {
    parts.months = value;
  } else if (unit.starts_with("day")) {
    parts.days = value;
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::optional<interval_parts> parse_interval(std::string_view text) noexcept {
  interval_parts parts;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const bool negative = read_sign(text);
    std::int64_t value = 0;
    if (!read_number(text, value)) return std::nullopt;
    if (text.starts_with(':')) {
      parts.hours = value;
      // The time comes last, and once.
      if (!read_rest_of_clock(text, negative, parts) || !text.empty()) return std::nullopt;
      return parts;
    }
    if (!text.starts_with(' ')) return std::nullopt;
    text.remove_prefix(1);
    const std::string_view unit = text.substr(0, text.find(' '));
    if (!assign_unit(unit, negative ? -value : value, parts)) return std::nullopt;
    text.remove_prefix(unit.size());
    if (text.empty()) break;
    if (!text.starts_with(' ')) return std::nullopt;
    text.remove_prefix(1);
  }
  return parts;
}

std::int64_t interval_micros(const interval_parts& parts) noexcept {
  const double seconds =
      static_cast<double>(parts.seconds) + static_cast<double>(parts.micros) / 1e6;
  const double days =
      (static_cast<double>(parts.years) * 12 + static_cast<double>(parts.months)) * days_per_month +
      static_cast<double>(parts.days);
  const double total =
      (((days * 24 + static_cast<double>(parts.hours)) * 60) + static_cast<double>(parts.minutes)) *
          60 +
      seconds;
  const double micros = total * 1e6;
  constexpr double limit = 9223372036854775807.0;
  if (micros >= limit) return std::numeric_limits<std::int64_t>::max();
  if (micros <= -limit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(micros);
}

void append_iso_interval(byte_buffer& out, const interval_parts& parts) {
  out.push_back('P');
  append_number(out, parts.years);
  out.push_back('Y');
  append_number(out, parts.months);
  out.push_back('M');
  append_number(out, parts.days);
  out.append("DT");
  append_number(out, parts.hours);
  out.push_back('H');
  append_number(out, parts.minutes);
  out.push_back('M');
  if (parts.seconds < 0 || parts.micros < 0) out.push_back('-');
  append_number(out, std::int64_t{std::abs(parts.seconds)});
  if (parts.micros != 0) {
    std::int64_t micros = std::abs(parts.micros);
    std::int64_t power = 100'000;
    out.push_back('.');
    for (; micros > 0; power /= 10) {
      out.push_back(static_cast<char>('0' + micros / power));
      micros %= power;
    }
  }
  out.push_back('S');
}

}  // namespace tidewire::event
