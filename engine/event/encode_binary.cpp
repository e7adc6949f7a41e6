#include "event/encode_binary.hpp"

#include "base/cursor.hpp"
#include "base/json_text.hpp"
#include "event/event_string.hpp"
#include "event/java_number.hpp"
#include "event/server_text.hpp"
#include "event/temporal_text.hpp"

#include <bit>
#include <cstdint>

namespace tidewire::event::encode {
namespace {

constexpr std::int64_t micros_per_milli = 1000;
constexpr std::int64_t server_epoch_micros = server_epoch_days * micros_per_day;
/// Of the year 10000.
constexpr std::int64_t plain_day_end = 2'932'897;

template <std::integral Integer>
bool read_whole(std::string_view bytes, Integer& value) noexcept {
  cursor in(bytes);
  return in.read_big(value) && in.remaining() == 0;
}

template <std::integral Integer>
bool append_whole(std::string_view bytes, byte_buffer& out) {
  Integer value = 0;
  if (!read_whole(bytes, value)) return false;
  append_number(out, std::int64_t{value});
  return true;
}

/// Between the hybrid calendar's change and the first year of five digits no day has a rule of its
/// own. Of the others, and of the infinities, the text's encoder knows.
bool is_plain_day(std::int64_t days) noexcept {
  return days >= first_gregorian_day && days < plain_day_end;
}

bool is_plain(std::int64_t server_micros) noexcept {
  return server_micros >= first_gregorian_day * micros_per_day - server_epoch_micros &&
         server_micros < plain_day_end * micros_per_day - server_epoch_micros;
}

/// The text that was put there.
bool encode_text(const value_encoder& self, byte_buffer& out, value_scratch& scratch) {
  return self(scratch.text.view(), out, scratch);
}

bool encode_timestamp_text(const value_encoder& self,
                           std::int64_t server_micros,
                           bool zoned,
                           byte_buffer& out,
                           value_scratch& scratch) {
  scratch.text.clear();
  append_timestamp_text(scratch.text, server_micros, zoned);
  return encode_text(self, out, scratch);
}

bool append_timestamp(const value_encoder& self,
                      std::string_view bytes,
                      std::int64_t unit,
                      byte_buffer& out,
                      value_scratch& scratch) {
  std::int64_t at = 0;
  if (!read_whole(bytes, at)) return false;
  if (!is_plain(at)) return encode_timestamp_text(self, at, /*zoned=*/false, out, scratch);
  append_number(out, floor_div(at + server_epoch_micros, unit));
  return true;
}

bool append_time(std::string_view bytes, std::int64_t unit, byte_buffer& out) {
  std::int64_t micros = 0;
  if (!read_whole(bytes, micros)) return false;
  append_number(out, micros / unit);
  return true;
}

}  // namespace

bool binary_boolean(const value_encoder&,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch&) {
  if (bytes.size() != 1) return false;
  out.append(bytes.front() != '\0' ? "true" : "false");
  return true;
}

bool binary_integer(const value_encoder&,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch&) {
  switch (bytes.size()) {
    case sizeof(std::int16_t):
      return append_whole<std::int16_t>(bytes, out);
    case sizeof(std::int32_t):
      return append_whole<std::int32_t>(bytes, out);
    default:
      return append_whole<std::int64_t>(bytes, out);
  }
}

bool binary_object_id(const value_encoder&,
                      std::string_view bytes,
                      byte_buffer& out,
                      value_scratch&) {
  return append_whole<std::uint32_t>(bytes, out);
}

bool binary_float32(const value_encoder&,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch&) {
  std::uint32_t bits = 0;
  if (!read_whole(bytes, bits)) return false;
  append_java_float(out, std::bit_cast<float>(bits));
  return true;
}

bool binary_float64(const value_encoder&,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch&) {
  std::uint64_t bits = 0;
  if (!read_whole(bytes, bits)) return false;
  append_java_double(out, std::bit_cast<double>(bits));
  return true;
}

bool binary_numeric(const value_encoder& self,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch& scratch) {
  scratch.text.clear();
  return append_numeric_text(scratch.text, bytes) && encode_text(self, out, scratch);
}

bool binary_jsonb(const value_encoder&, std::string_view bytes, byte_buffer& out, value_scratch&) {
  constexpr char version = 1;
  if (!bytes.starts_with(version)) return false;
  append_event_string(out, bytes.substr(1));
  return true;
}

bool binary_uuid(const value_encoder&, std::string_view bytes, byte_buffer& out, value_scratch&) {
  constexpr std::size_t uuid_size = 16;
  if (bytes.size() != uuid_size) return false;
  out.push_back('"');
  append_uuid_text(out, bytes);
  out.push_back('"');
  return true;
}

bool binary_date(const value_encoder& self,
                 std::string_view bytes,
                 byte_buffer& out,
                 value_scratch& scratch) {
  std::int32_t days = 0;
  if (!read_whole(bytes, days)) return false;
  if (is_plain_day(days + server_epoch_days)) {
    append_number(out, days + server_epoch_days);
    return true;
  }
  scratch.text.clear();
  append_date_text(scratch.text, days);
  return encode_text(self, out, scratch);
}

bool binary_time_millis(const value_encoder&,
                        std::string_view bytes,
                        byte_buffer& out,
                        value_scratch&) {
  return append_time(bytes, micros_per_milli, out);
}

bool binary_time_micros(const value_encoder&,
                        std::string_view bytes,
                        byte_buffer& out,
                        value_scratch&) {
  return append_time(bytes, 1, out);
}

bool binary_timestamp_millis(const value_encoder& self,
                             std::string_view bytes,
                             byte_buffer& out,
                             value_scratch& scratch) {
  return append_timestamp(self, bytes, micros_per_milli, out, scratch);
}

bool binary_timestamp_micros(const value_encoder& self,
                             std::string_view bytes,
                             byte_buffer& out,
                             value_scratch& scratch) {
  return append_timestamp(self, bytes, 1, out, scratch);
}

bool binary_zoned_timestamp(const value_encoder& self,
                            std::string_view bytes,
                            byte_buffer& out,
                            value_scratch& scratch) {
  std::int64_t at = 0;
  if (!read_whole(bytes, at)) return false;
  if (!is_plain(at)) return encode_timestamp_text(self, at, /*zoned=*/true, out, scratch);
  const std::int64_t days = floor_div(at + server_epoch_micros, micros_per_day);
  out.push_back('"');
  append_iso_timestamp(out, days, at + server_epoch_micros - days * micros_per_day, self.scale);
  out.push_back('"');
  return true;
}

}  // namespace tidewire::event::encode
