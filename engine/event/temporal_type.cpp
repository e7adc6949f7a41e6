#include "event/temporal_type.hpp"

#include "event/encode_temporal.hpp"
#include "event/type_oids.hpp"

#include <string>
#include <utility>

namespace tidewire::event {
namespace {

constexpr std::int32_t millisecond_digits = 3;

column_type temporal(std::string_view type,
                     std::string_view logical_name,
                     encode_function encode,
                     std::string filler) {
  column_type out;
  out.schema.type = type;
  out.schema.name = logical_name;
  out.encoder.encode = encode;
  out.filler = std::move(filler);
  return out;
}

column_type number32(std::string_view logical_name, encode_function encode) {
  return temporal("\"type\":\"int32\"", logical_name, encode, "0");
}

column_type number64(std::string_view logical_name, encode_function encode) {
  return temporal("\"type\":\"int64\"", logical_name, encode, "0");
}

column_type date_type(const type_context& in) {
  const bool connect = in.how.times == time_mode::connect;
  return number32(connect ? "org.apache.kafka.connect.data.Date" : "io.debezium.time.Date",
                  in.from == origin::snapshot ? encode::snapshot_date : encode::date);
}

column_type time_type(std::int32_t digits, const type_context& in) {
  switch (in.how.times) {
    case time_mode::connect:
      return number32("org.apache.kafka.connect.data.Time", encode::time_millis);
    case time_mode::adaptive_time_microseconds:
      return number64("io.debezium.time.MicroTime", encode::time_micros);
    case time_mode::adaptive:
      break;
  }
  if (digits <= millisecond_digits) return number32("io.debezium.time.Time", encode::time_millis);
  return number64("io.debezium.time.MicroTime", encode::time_micros);
}

column_type timestamp_type(std::int32_t digits, const type_context& in) {
  const bool snapshot = in.from == origin::snapshot;
  const encode_function millis =
      snapshot ? encode::snapshot_timestamp_millis : encode::timestamp_millis;
  const encode_function micros =
      snapshot ? encode::snapshot_timestamp_micros : encode::timestamp_micros;
  if (in.how.times == time_mode::connect)
    return number64("org.apache.kafka.connect.data.Timestamp", millis);
  if (digits <= millisecond_digits) return number64("io.debezium.time.Timestamp", millis);
  return number64("io.debezium.time.MicroTimestamp", micros);
}

column_type zoned_timestamp_type(std::int32_t digits, const type_context& in) {
  column_type out = temporal(
      "\"type\":\"string\"",
      "io.debezium.time.ZonedTimestamp",
      in.from == origin::snapshot ? encode::snapshot_zoned_timestamp : encode::zoned_timestamp,
      "\"1970-01-01T00:00:00Z\"");
  // Without digits of its own Java prints those that there are; only a default has any.
  out.encoder.scale = digits == 0 ? -1 : digits;
  return out;
}

column_type interval_type(const type_context& in) {
  if (in.how.intervals == interval_mode::numeric)
    return number64("io.debezium.time.MicroDuration", encode::interval_number);
  return temporal("\"type\":\"string\"",
                  "io.debezium.time.Interval",
                  encode::interval_string,
                  "\"P0Y0M0DT0H0M0S\"");
}

}  // namespace

column_type temporal_type_of(const resolved_type& type, const type_context& in) {
  const std::int32_t digits = jdbc_size_of(type).scale;
  switch (type.base->id.value) {
    case type_oid::date:
      return date_type(in);
    case type_oid::time:
      return time_type(digits, in);
    case type_oid::timestamp:
      return timestamp_type(digits, in);
    case type_oid::timestamptz:
      return zoned_timestamp_type(digits, in);
    case type_oid::interval:
      return interval_type(in);
    default:
      break;
  }
  return temporal(
      "\"type\":\"string\"", "io.debezium.time.ZonedTime", encode::zoned_time, "\"00:00:00Z\"");
}

}  // namespace tidewire::event
