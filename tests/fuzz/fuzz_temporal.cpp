#include "event/encode_temporal.hpp"
#include "event/interval_text.hpp"
#include "event/temporal_text.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace tidewire;
using namespace tidewire::event;

void check_json(encode_function encode, std::string_view text) {
  for (const std::int32_t digits : {0, 3, 6}) {
    value_encoder encoder;
    encoder.encode = encode;
    encoder.scale = digits;
    byte_buffer out;
    value_scratch scratch;
    if (!encoder(text, out, scratch)) continue;
    simdjson::dom::parser parser;
    const simdjson::padded_string json("[" + std::string(out.view()) + "]");
    if (parser.parse(json).error() != simdjson::SUCCESS) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const encode_function encode : {encode::date,
                                       encode::snapshot_date,
                                       encode::time_millis,
                                       encode::time_micros,
                                       encode::element_time_micros,
                                       encode::zoned_time,
                                       encode::element_zoned_time,
                                       encode::timestamp_millis,
                                       encode::timestamp_micros,
                                       encode::snapshot_timestamp_micros,
                                       encode::zoned_timestamp,
                                       encode::snapshot_zoned_timestamp,
                                       encode::interval_number,
                                       encode::interval_string})
    check_json(encode, text);

  // A date that was read is found again from its day, unless its month has no such day.
  if (const auto at = parse_date(text);
      at && at->is == moment::kind::finite && at->date.day <= 28) {
    const calendar_date again = gregorian_date(gregorian_days(at->date));
    if (again.year != at->date.year || again.month != at->date.month || again.day != at->date.day)
      __builtin_trap();
  }
  return 0;
}
