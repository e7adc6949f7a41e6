#include "event/encode_binary.hpp"
#include "event/encode_decimal.hpp"
#include "event/encode_temporal.hpp"
#include "postgres/copy_binary.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// A CopyData of a snapshot's binary COPY. Its values lie in the order and with the sizes in which
// they came, and each is given to every encoder of binary values: what one accepts is JSON.

namespace {

using namespace tidewire;
using namespace tidewire::event;

struct pair {
  encode_function binary;
  encode_function text;  // which some ask
};

constexpr pair encoders[] = {
    {encode::binary_boolean, nullptr},
    {encode::binary_integer, nullptr},
    {encode::binary_object_id, nullptr},
    {encode::binary_float32, nullptr},
    {encode::binary_float64, nullptr},
    {encode::binary_numeric, encode::decimal},
    {encode::binary_numeric, encode::decimal_string},
    {encode::binary_jsonb, nullptr},
    {encode::binary_uuid, nullptr},
    {encode::binary_date, encode::snapshot_date},
    {encode::binary_time_millis, nullptr},
    {encode::binary_time_micros, nullptr},
    {encode::binary_timestamp_millis, encode::snapshot_timestamp_millis},
    {encode::binary_timestamp_micros, encode::snapshot_timestamp_micros},
    {encode::binary_zoned_timestamp, encode::snapshot_zoned_timestamp},
};

void check_json(const pair& how, std::string_view bytes) {
  value_encoder encoder;
  encoder.encode = how.text;
  encoder.scale = 6;
  byte_buffer out;
  value_scratch scratch;
  if (!how.binary(encoder, bytes, out, scratch)) return;
  if (!simdjson::validate_utf8(out.data(), out.size())) return;  // a jsonb's, as the server sent it
  simdjson::dom::parser parser;
  const simdjson::padded_string json("[" + std::string(out.view()) + "]");
  if (parser.parse(json).error() != simdjson::SUCCESS) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t column_count = data[0] % 8;
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  postgres::copy_binary_row row;
  if (row.assign(message, column_count).failed()) return 0;
  if (postgres::ends_copy(message)) __builtin_trap();  // it is one or the other
  if (row.columns().size() != column_count) __builtin_trap();
  std::size_t expected = message.size();
  for (std::size_t i = column_count; i-- > 0;) {
    const postgres::value_view& value = row.columns()[i];
    expected -= value.bytes.size();
    if (value.kind != postgres::value_kind::null &&
        message.substr(expected, value.bytes.size()) != value.bytes)
      __builtin_trap();
    expected -= 4;
    for (const pair& how : encoders) check_json(how, value.bytes);
  }
  return 0;
}
