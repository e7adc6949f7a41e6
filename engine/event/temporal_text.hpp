#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidewire::event {

constexpr std::int64_t micros_per_second = 1'000'000;
constexpr std::int64_t micros_per_day = 86'400 * micros_per_second;

/// The quotient, rounded down also where it is negative. `by` is positive.
constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// A date as it is written: the year is astronomical (1 BC is 0).
struct calendar_date {
  std::int64_t year = 0;
  std::int32_t month = 1;
  std::int32_t day = 1;
};

/// Days since 1970-01-01 of a date of the Gregorian calendar, carried back before 1582 as
/// PostgreSQL and java.time do.
std::int64_t gregorian_days(calendar_date date) noexcept;
/// The same of a date of the Julian calendar.
std::int64_t julian_days(calendar_date date) noexcept;
/// java.util.GregorianCalendar's: Julian before 1582-10-15, Gregorian from then on.
std::int64_t hybrid_days(calendar_date date) noexcept;
calendar_date gregorian_date(std::int64_t days) noexcept;
/// hybrid_days() turned round.
calendar_date hybrid_date(std::int64_t days) noexcept;
/// 1582-10-15, from which on the hybrid calendar is Gregorian.
constexpr std::int64_t first_gregorian_day = -141'427;

/// What stands in a date, time or timestamp text, in any combination.
struct moment {
  enum class kind : std::uint8_t { finite, infinity, minus_infinity };

  kind is = kind::finite;
  calendar_date date;
  bool before_christ = false;       // the text ended in BC; date.year is already astronomical
  std::int64_t time_us = 0;         // since midnight; 24:00:00 is a whole day
  std::int64_t offset_seconds = 0;  // east of UTC
};

/// `2024-02-29`, `0044-03-15 BC`, `infinity`. Nothing if the text is anything else.
std::optional<moment> parse_date(std::string_view text) noexcept;
/// `13:14:15.678912`, `24:00:00`, `13:14` and, with an offset, `13:14:15+05:30`.
std::optional<moment> parse_time(std::string_view text) noexcept;
/// `2024-02-29 13:14:15.678912+05:30 BC`: time, offset and BC may be absent.
std::optional<moment> parse_timestamp(std::string_view text) noexcept;

/// Appends `2024-02-29T07:44:15.678912Z`, in UTC. Years of more than four digits have a sign, as in
/// java.time; a negative `fraction_digits` stands for as many as are needed.
void append_iso_timestamp(byte_buffer& out,
                          std::int64_t days,
                          std::int64_t time_us,
                          int fraction_digits);
/// Appends `07:44:15.678912Z`, with as many digits as are needed.
void append_iso_time(byte_buffer& out, std::int64_t time_us);

}  // namespace tidewire::event
