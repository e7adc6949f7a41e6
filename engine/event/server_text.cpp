#include "event/server_text.hpp"

#include "base/cursor.hpp"
#include "base/json_text.hpp"
#include "event/binary_text.hpp"
#include "event/temporal_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

//   numeric = Int16 groups, Int16 weight, UInt16 sign, Int16 scale, groups × Int16 group
//
// A group is four decimal digits, 0 to 9999; the first stands for group × 10000^weight.
namespace tidewire::event {
namespace {

constexpr std::size_t group_digits = 4;

template <class Number>
bool append_infinity(byte_buffer& out, Number value) {
  if (value == std::numeric_limits<Number>::max()) {
    out.append("infinity");
  } else if (value == std::numeric_limits<Number>::min()) {
    out.append("-infinity");
  } else {
    return false;
  }
  return true;
}

/// Whether the year is one before Christ, which the text says at its end.
bool append_date(byte_buffer& out, std::int64_t days_since_1970) {
  const calendar_date date = gregorian_date(days_since_1970);
  const bool before_christ = date.year <= 0;
  const std::int64_t year = before_christ ? 1 - date.year : date.year;
  std::array<char, 32> text;
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 "%04lld-%02d-%02d",
                                 static_cast<long long>(year),
                                 date.month,
                                 date.day);
  out.append({text.data(), static_cast<std::size_t>(size)});
  return before_christ;
}

void append_time(byte_buffer& out, std::int64_t time_us) {
  const auto seconds = static_cast<int>(time_us / micros_per_second);
  std::array<char, 32> text;
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 " %02d:%02d:%02d.%06d",
                                 seconds / 3600,
                                 seconds / 60 % 60,
                                 seconds % 60,
                                 static_cast<int>(time_us % micros_per_second));
  out.append({text.data(), static_cast<std::size_t>(size)});
}

/// The groups of a numeric, by the power of 10000 that they stand for.
class groups {
 public:
  bool read(std::string_view bytes, std::int32_t weight) noexcept {
    bytes_ = bytes;
    weight_ = weight;
    for (std::size_t i = 0; i < count(); ++i)
      if (at(i) > 9999) return false;
    return true;
  }

  /// Zero where the numeric has none.
  unsigned of_power(std::int32_t power) const noexcept {
    const std::int64_t index = std::int64_t{weight_} - power;
    if (index < 0 || index >= static_cast<std::int64_t>(count())) return 0;
    return at(static_cast<std::size_t>(index));
  }

 private:
  std::size_t count() const noexcept { return bytes_.size() / 2; }
  unsigned at(std::size_t index) const noexcept {
    const auto high = static_cast<unsigned char>(bytes_[2 * index]);
    const auto low = static_cast<unsigned char>(bytes_[2 * index + 1]);
    return high * 256U + low;
  }

  std::string_view bytes_;
  std::int32_t weight_ = 0;
};

std::array<char, group_digits> digits_of(unsigned group) noexcept {
  std::array<char, group_digits> digits;
  for (std::size_t i = group_digits; i-- > 0; group /= 10)
    digits[i] = static_cast<char>('0' + group % 10);
  return digits;
}

void append_digits(byte_buffer& out,
                   const groups& number,
                   std::int32_t weight,
                   std::int32_t scale) {
  append_number(out, std::uint64_t{number.of_power(std::max(weight, 0))});
  for (std::int32_t power = weight - 1; power >= 0; --power) {
    const auto digits = digits_of(number.of_power(power));
    out.append({digits.data(), group_digits});
  }
  if (scale > 0) out.push_back('.');
  auto left = static_cast<std::size_t>(scale);
  for (std::int32_t power = -1; left > 0; --power) {
    const auto digits = digits_of(number.of_power(power));
    const std::size_t shown = std::min(left, group_digits);
    out.append({digits.data(), shown});
    left -= shown;
  }
}

}  // namespace

bool append_numeric_text(byte_buffer& out, std::string_view bytes) {
  constexpr std::uint16_t negative = 0x4000;
  cursor in(bytes);
  std::int16_t count = 0;
  std::int16_t weight = 0;
  std::uint16_t sign = 0;
  std::int16_t scale = 0;
  if (!in.read_big(count) || !in.read_big(weight) || !in.read_big(sign) || !in.read_big(scale))
    return false;
  switch (sign) {
    case 0:
    case negative:
      break;
    case 0xC000:
      out.append("NaN");
      return true;
    case 0xD000:
      out.append("Infinity");
      return true;
    case 0xF000:
      out.append("-Infinity");
      return true;
    default:
      return false;
  }
  groups number;
  if (scale < 0 || count < 0 || in.remaining() != 2 * static_cast<std::size_t>(count) ||
      !number.read(in.rest(), weight))
    return false;
  if (sign == negative) out.push_back('-');
  append_digits(out, number, weight, scale);
  return true;
}

void append_timestamp_text(byte_buffer& out, std::int64_t micros, bool zoned) {
  if (append_infinity(out, micros)) return;
  const std::int64_t rest = micros % micros_per_day;  // of the day, from its end where negative
  const std::int64_t days = micros / micros_per_day - (rest < 0 ? 1 : 0);
  const bool before_christ = append_date(out, days + server_epoch_days);
  append_time(out, rest < 0 ? rest + micros_per_day : rest);
  if (zoned) out.append("+00");
  if (before_christ) out.append(" BC");
}

void append_date_text(byte_buffer& out, std::int32_t days) {
  if (append_infinity(out, days)) return;
  if (append_date(out, days + server_epoch_days)) out.append(" BC");
}

void append_uuid_text(byte_buffer& out, std::string_view bytes) {
  constexpr std::array<std::size_t, 5> parts = {4, 2, 2, 2, 6};
  std::size_t at = 0;
  for (const std::size_t size : parts) {
    if (at > 0) out.push_back('-');
    append_hex(out, bytes.substr(at, size));
    at += size;
  }
}

}  // namespace tidewire::event
