#include "event/temporal_text.hpp"

#include "base/json_text.hpp"

#include <algorithm>

namespace tidewire::event {
namespace {

constexpr std::int64_t days_per_era = 146'097;          // 400 Gregorian years
constexpr std::int64_t days_per_julian_era = 1'461;     // 4 Julian years
constexpr std::int64_t epoch_from_era_start = 719'468;  // 1970-01-01, counted from 0000-03-01
constexpr std::int64_t julian_epoch_from_start =
    719'470;  // the same day's distance in the Julian count
constexpr std::int64_t year_max =
    5'874'897;  // the latest date's, well inside an int64 of µs for timestamps

/// Years begin in March here, so that the leap day is the last one.
std::int64_t day_of_march_year(calendar_date date) noexcept {
  const std::int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  return (153 * month + 2) / 5 + date.day - 1;
}

/// Month and day; the year is left to the caller.
calendar_date date_of_march_year(std::int64_t day_of_year) noexcept {
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  return {.year = 0,
          .month = static_cast<std::int32_t>(month < 10 ? month + 3 : month - 9),
          .day = static_cast<std::int32_t>(day_of_year - (153 * month + 2) / 5 + 1)};
}

bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Walks over a text, number by number.
class reader {
 public:
  explicit reader(std::string_view text) noexcept : rest_(text) {}

  bool done() const noexcept { return rest_.empty(); }
  char next() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  bool skip(char c) noexcept {
    if (next() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool skip(std::string_view word) noexcept {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool number(std::size_t digits_min, std::size_t digits_max, std::int64_t& value) noexcept {
    value = 0;
    std::size_t count = 0;
    while (count < digits_max && count < rest_.size() && digit(rest_[count]))
      value = value * 10 + (rest_[count++] - '0');
    rest_.remove_prefix(count);
    return count >= digits_min;
  }

  /// The digits after a point, as millionths; more than six are cut off.
  bool fraction(std::int64_t& micros) noexcept {
    micros = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && digit(rest_[count]); ++count)
      if (count < 6) micros = micros * 10 + (rest_[count] - '0');
    for (std::size_t missing = count; missing < 6; ++missing) micros *= 10;
    rest_.remove_prefix(count);
    return count > 0;
  }

 private:
  std::string_view rest_;
};

bool read_date(reader& in, moment& at) noexcept {
  std::int64_t month = 0;
  std::int64_t day = 0;
  if (!in.number(1, 7, at.date.year) || !in.skip('-') || !in.number(1, 2, month) || !in.skip('-') ||
      !in.number(1, 2, day))
    return false;
  if (month < 1 || month > 12 || day < 1 || day > 31 || at.date.year > year_max) return false;
  at.date.month = static_cast<std::int32_t>(month);
  at.date.day = static_cast<std::int32_t>(day);
  return true;
}

bool read_time(reader& in, moment& at) noexcept {
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t micros = 0;
  if (!in.number(1, 2, hour) || !in.skip(':') || !in.number(2, 2, minute)) return false;
  if (in.skip(':') && !in.number(2, 2, second)) return false;
  if (in.skip('.') && !in.fraction(micros)) return false;
  if (hour > 24 || minute > 59 || second > 60) return false;
  at.time_us = ((hour * 60 + minute) * 60 + second) * micros_per_second + micros;
  return true;
}

/// `+05`, `-03:30`, `+00:19:32`; `Z` is zero.
bool read_offset(reader& in, moment& at) noexcept {
  if (in.skip('Z')) return true;
  const bool west = in.next() == '-';
  if (!in.skip('-') && !in.skip('+')) return true;  // none at all
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  if (!in.number(1, 2, hours)) return false;
  if (in.skip(':') && !in.number(2, 2, minutes)) return false;
  if (in.skip(':') && !in.number(2, 2, seconds)) return false;
  const std::int64_t offset = (hours * 60 + minutes) * 60 + seconds;
  at.offset_seconds = west ? -offset : offset;
  return true;
}

void read_era(reader& in, moment& at) noexcept {
  if (!in.skip(" BC")) return;
  at.before_christ = true;
  at.date.year = 1 - at.date.year;
}

bool read_infinity(std::string_view text, moment& at) noexcept {
  if (text == "infinity") {
    at.is = moment::kind::infinity;
  } else if (text == "-infinity") {
    at.is = moment::kind::minus_infinity;
  } else {
    return false;
  }
  return true;
}

void append_padded(byte_buffer& out, std::int64_t value, int width) {
  std::int64_t power = 1;
  for (int i = 1; i < width; ++i) power *= 10;
  for (; power > 0; power /= 10) out.push_back(static_cast<char>('0' + value / power % 10));
}

/// A negative count: as many digits as are needed, none for none.
void append_fraction(byte_buffer& out, std::int64_t micros, int digits) {
  if (digits < 0) {
    if (micros == 0) return;
    for (digits = 6; micros % 10 == 0; --digits) micros /= 10;
  } else {
    for (int i = digits; i < 6; ++i) micros /= 10;
  }
  if (digits == 0) return;
  out.push_back('.');
  append_padded(out, micros, digits);
}

void append_clock(byte_buffer& out, std::int64_t time_us, int fraction_digits) {
  const std::int64_t seconds = time_us / micros_per_second;
  append_padded(out, seconds / 3600, 2);
  out.push_back(':');
  append_padded(out, seconds / 60 % 60, 2);
  out.push_back(':');
  append_padded(out, seconds % 60, 2);
  append_fraction(out, time_us % micros_per_second, fraction_digits);
  out.push_back('Z');
}

void append_year(byte_buffer& out, std::int64_t year) {
  constexpr std::int64_t four_digits_max = 9999;
  if (year < 0) out.push_back('-');
  if (year > four_digits_max) out.push_back('+');
  const std::int64_t magnitude = year < 0 ? -year : year;
  if (magnitude > four_digits_max) return append_number(out, magnitude);
  append_padded(out, magnitude, 4);
}

}  // namespace

std::int64_t gregorian_days(calendar_date date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_march_year(date);
  return era * days_per_era + day_of_era - epoch_from_era_start;
}

std::int64_t julian_days(calendar_date date) noexcept {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  return year * 365 + floor_div(year, 4) + day_of_march_year(date) - julian_epoch_from_start;
}

std::int64_t hybrid_days(calendar_date date) noexcept {
  const std::int64_t days = gregorian_days(date);
  return days < first_gregorian_day ? julian_days(date) : days;
}

calendar_date gregorian_date(std::int64_t days) noexcept {
  const std::int64_t shifted = days + epoch_from_era_start;
  const std::int64_t era = floor_div(shifted, days_per_era);
  const std::int64_t day_of_era = shifted - era * days_per_era;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  calendar_date date = date_of_march_year(day_of_year);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

calendar_date hybrid_date(std::int64_t days) noexcept {
  if (days >= first_gregorian_day) return gregorian_date(days);
  const std::int64_t shifted = days + julian_epoch_from_start;
  const std::int64_t era = floor_div(shifted, days_per_julian_era);
  const std::int64_t day_of_era = shifted - era * days_per_julian_era;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460) / 365;
  calendar_date date = date_of_march_year(day_of_era - 365 * year_of_era);
  date.year = year_of_era + era * 4 + (date.month <= 2 ? 1 : 0);
  return date;
}

std::optional<moment> parse_date(std::string_view text) noexcept {
  moment at;
  if (read_infinity(text, at)) return at;
  reader in(text);
  if (!read_date(in, at)) return std::nullopt;
  read_era(in, at);
  if (!in.done()) return std::nullopt;
  return at;
}

std::optional<moment> parse_time(std::string_view text) noexcept {
  moment at;
  reader in(text);
  if (!read_time(in, at) || !read_offset(in, at) || !in.done()) return std::nullopt;
  return at;
}

std::optional<moment> parse_timestamp(std::string_view text) noexcept {
  moment at;
  if (read_infinity(text, at)) return at;
  reader in(text);
  if (!read_date(in, at)) return std::nullopt;
  if (in.skip(' ') || in.skip('T')) {
    if (in.skip("BC")) {
      at.before_christ = true;
      at.date.year = 1 - at.date.year;
      return in.done() ? std::optional(at) : std::nullopt;
    }
    if (!read_time(in, at)) return std::nullopt;
  }
  if (!read_offset(in, at)) return std::nullopt;
  read_era(in, at);
  if (!in.done()) return std::nullopt;
  return at;
}

void append_iso_timestamp(byte_buffer& out,
                          std::int64_t days,
                          std::int64_t time_us,
                          int fraction_digits) {
  days += floor_div(time_us, micros_per_day);
  time_us -= floor_div(time_us, micros_per_day) * micros_per_day;
  const calendar_date date = gregorian_date(days);
  append_year(out, date.year);
  out.push_back('-');
  append_padded(out, date.month, 2);
  out.push_back('-');
  append_padded(out, date.day, 2);
  out.push_back('T');
  append_clock(out, time_us, fraction_digits);
}

void append_iso_time(byte_buffer& out, std::int64_t time_us) {
  append_clock(out, time_us - floor_div(time_us, micros_per_day) * micros_per_day, -1);
}

}  // namespace tidewire::event
