#include "event/encode_temporal.hpp"

#include "base/json_text.hpp"
#include "event/interval_text.hpp"
#include "event/temporal_text.hpp"

#include <limits>

namespace tidewire::event::encode {
namespace {

constexpr std::int64_t micros_per_milli = 1000;
constexpr std::int64_t seconds_per_day = 86'400;

/// What Debezium makes of the infinities. A timestamp's are pgjdbc's DATE_POSITIVE_INFINITY and
/// DATE_NEGATIVE_INFINITY taken for microseconds; a date's are -5877611-06-21 and -5877611-06-22 in
/// the stream, and in the snapshot the days that java.sql.Date.toLocalDate finds in the same two
/// numbers taken for milliseconds.
constexpr std::int64_t infinity_micros = 9'223'372'036'825'200'000;
constexpr std::int64_t minus_infinity_micros = -9'223'372'036'832'400'000;
constexpr std::int64_t infinity_days = -2'147'472'692;
constexpr std::int64_t minus_infinity_days = -2'147'472'691;
constexpr std::int64_t snapshot_infinity_days = -622'191'234;
constexpr std::int64_t snapshot_minus_infinity_days = -625'821'272;

/// Farther from 1970 than any timestamp of PostgreSQL's, and near enough for its seconds in 64
/// bits.
constexpr std::int64_t day_max = 110'000'000;

/// A moment since 1970; the microseconds are those of its second.
struct epoch_time {
  std::int64_t seconds = 0;
  std::int64_t micros = 0;
};

using days_function = std::int64_t (*)(calendar_date) noexcept;

epoch_time epoch_time_of(std::int64_t micros) noexcept {
  const std::int64_t seconds = floor_div(micros, micros_per_second);
  return {.seconds = seconds, .micros = micros - seconds * micros_per_second};
}

bool read_timestamp(std::string_view text, days_function days, epoch_time& out) noexcept {
  const auto at = parse_timestamp(text);
  if (!at) return false;
  switch (at->is) {
    case moment::kind::infinity:
      out = epoch_time_of(infinity_micros);
      return true;
    case moment::kind::minus_infinity:
      out = epoch_time_of(minus_infinity_micros);
      return true;
    case moment::kind::finite:
      break;
  }
  const std::int64_t day = days(at->date);
  if (day > day_max || day < -day_max) return false;
  out = epoch_time_of(at->time_us - at->offset_seconds * micros_per_second);
  out.seconds += day * seconds_per_day;
  return true;
}

/// As java.util.concurrent.TimeUnit and a sum of longs do: the seconds stop at the largest number
/// and the smallest, and the microseconds of the years 294247 and on wrap around.
std::int64_t epoch_micros(epoch_time at) noexcept {
  using limits = std::numeric_limits<std::int64_t>;
  constexpr std::int64_t seconds_max = limits::max() / micros_per_second;
  const std::int64_t whole = at.seconds > seconds_max    ? limits::max()
                             : at.seconds < -seconds_max ? limits::min()
                                                         : at.seconds * micros_per_second;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(whole) +
                                   static_cast<std::uint64_t>(at.micros));
}

bool append_timestamp_millis(std::string_view text, days_function days, byte_buffer& out) {
  constexpr std::int64_t millis_per_second = 1000;
  epoch_time at;
  if (!read_timestamp(text, days, at)) return false;
  append_number(out, at.seconds * millis_per_second + at.micros / micros_per_milli);
  return true;
}

bool append_timestamp_micros(std::string_view text, days_function days, byte_buffer& out) {
  epoch_time at;
  if (!read_timestamp(text, days, at)) return false;
  append_number(out, epoch_micros(at));
  return true;
}

bool append_zoned(std::string_view text, days_function days, int digits, byte_buffer& out) {
  const auto at = parse_timestamp(text);
  if (!at) return false;
  if (at->is != moment::kind::finite) {
    append_json_string(out, text);
    return true;
  }
  out.push_back('"');
  append_iso_timestamp(
      out, days(at->date), at->time_us - at->offset_seconds * micros_per_second, digits);
  out.push_back('"');
  return true;
}

/// What java.sql.Timestamp.toLocalDateTime reads off the hybrid calendar, in UTC: it forgets the
/// era.
moment local_of_jdbc(const moment& at) noexcept {
  // The smallest number of milliseconds that pgjdbc takes for -infinity.
  constexpr std::int64_t smallest_hour = 23;
  if (at.is == moment::kind::minus_infinity)
    return {.date = {.year = 292'269'055, .month = 12, .day = 2},
            .time_us = smallest_hour * 3600 * micros_per_second};
  const std::int64_t utc_us = at.time_us - at.offset_seconds * micros_per_second;
  const std::int64_t days = floor_div(utc_us, micros_per_day);
  moment local;
  local.date = hybrid_date(hybrid_days(at.date) + days);
  if (local.date.year <= 0) local.date.year = 1 - local.date.year;
  local.time_us = utc_us - days * micros_per_day;
  return local;
}

bool append_time(std::string_view text, std::int64_t unit, byte_buffer& out) {
  const auto at = parse_time(text);
  if (!at) return false;
  append_number(out, at->time_us / unit);
  return true;
}

bool append_zoned_time(std::string_view text, std::int64_t precision_us, byte_buffer& out) {
  const auto at = parse_time(text);
  if (!at) return false;
  out.push_back('"');
  append_iso_time(
      out, at->time_us / precision_us * precision_us - at->offset_seconds * micros_per_second);
  out.push_back('"');
  return true;
}

}  // namespace

bool date(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  const auto at = parse_date(text);
  if (!at) return false;
  switch (at->is) {
    case moment::kind::infinity:
      append_number(out, infinity_days);
      break;
    case moment::kind::minus_infinity:
      append_number(out, minus_infinity_days);
      break;
    case moment::kind::finite:
      append_number(out, gregorian_days(at->date));
      break;
  }
  return true;
}

bool snapshot_date(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  const auto at = parse_date(text);
  if (!at) return false;
  if (at->is == moment::kind::infinity) {
    append_number(out, snapshot_infinity_days);
    return true;
  }
  if (at->is == moment::kind::minus_infinity) {
    append_number(out, snapshot_minus_infinity_days);
    return true;
  }
  calendar_date date = at->date;
  if (at->before_christ) {
    // java.sql.Date.toLocalDate forgets the era.
    date.year = 1 - date.year;
  } else if (date.year == 1582 && date.month == 10 && date.day >= 5 && date.day <= 14) {
    // The ten days that the hybrid calendar does not have are counted on from its last Julian one.
    date.day += 10;
  }
  append_number(out, gregorian_days(date));
  return true;
}

bool time_millis(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_time(text, micros_per_milli, out);
}

bool time_micros(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_time(text, 1, out);
}

bool element_time_micros(const value_encoder&,
                         std::string_view text,
                         byte_buffer& out,
                         value_scratch&) {
  const auto at = parse_time(text);
  if (!at) return false;
  append_number(out, at->time_us % micros_per_day / micros_per_milli * micros_per_milli);
  return true;
}

bool zoned_time(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch&) {
  return append_zoned_time(text, 1, out);
}

bool element_zoned_time(const value_encoder&,
                        std::string_view text,
                        byte_buffer& out,
                        value_scratch&) {
  return append_zoned_time(text, micros_per_second, out);
}

bool timestamp_millis(const value_encoder&,
                      std::string_view text,
                      byte_buffer& out,
                      value_scratch&) {
  return append_timestamp_millis(text, gregorian_days, out);
}

bool timestamp_micros(const value_encoder&,
                      std::string_view text,
                      byte_buffer& out,
                      value_scratch&) {
  return append_timestamp_micros(text, gregorian_days, out);
}

bool snapshot_timestamp_millis(const value_encoder&,
                               std::string_view text,
                               byte_buffer& out,
                               value_scratch&) {
  return append_timestamp_millis(text, hybrid_days, out);
}

bool snapshot_timestamp_micros(const value_encoder&,
                               std::string_view text,
                               byte_buffer& out,
                               value_scratch&) {
  return append_timestamp_micros(text, hybrid_days, out);
}

bool zoned_timestamp(const value_encoder& self,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch&) {
  return append_zoned(text, gregorian_days, self.scale, out);
}

bool snapshot_zoned_timestamp(const value_encoder& self,
                              std::string_view text,
                              byte_buffer& out,
                              value_scratch&) {
  return append_zoned(text, hybrid_days, self.scale, out);
}

bool element_zoned_timestamp(const value_encoder& self,
                             std::string_view text,
                             byte_buffer& out,
                             value_scratch&) {
  const auto at = parse_timestamp(text);
  if (!at) return false;
  if (at->is == moment::kind::infinity) {
    append_json_string(out, text);
    return true;
  }
  const moment local = local_of_jdbc(*at);
  out.push_back('"');
  append_iso_timestamp(out, gregorian_days(local.date), local.time_us, self.scale);
  out.push_back('"');
  return true;
}

bool interval_number(const value_encoder&,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch&) {
  const auto parts = parse_interval(text);
  if (!parts) return false;
  append_number(out, interval_micros(*parts));
  return true;
}

bool interval_string(const value_encoder&,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch&) {
  const auto parts = parse_interval(text);
  if (!parts) return false;
  out.push_back('"');
  append_iso_interval(out, *parts);
  out.push_back('"');
  return true;
}

}  // namespace tidewire::event::encode
