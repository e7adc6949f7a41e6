#include "event/encode_temporal.hpp"
#include "event/interval_text.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace tidewire;
using namespace tidewire::event;

void check_json(encode_function encode, std::string_view text) {
  value_encoder encoder;
  encoder.encode = encode;
  byte_buffer out;
  value_scratch scratch;
  if (!encoder(text, out, scratch)) return;
  simdjson::dom::parser parser;
  const simdjson::padded_string json("[" + std::string(out.view()) + "]");
  if (parser.parse(json).error() != simdjson::SUCCESS) __builtin_trap();
}

/// As IntervalStyle postgres prints it, the sign of the time before its hours.
std::string printed(const interval_parts& p) {
  std::string out = std::to_string(p.years) + " years " + std::to_string(p.months) + " mons " +
                    std::to_string(p.days) + " days ";
  const bool negative = p.hours < 0 || p.minutes < 0 || p.seconds < 0 || p.micros < 0;
  const auto digits = [negative](std::int64_t number, std::size_t width) {
    const std::string all = std::to_string(negative ? -number : number);
    return all.size() < width ? std::string(width - all.size(), '0') + all : all;
  };
  return out + (negative ? "-" : "") + digits(p.hours, 2) + ":" + digits(p.minutes, 2) + ":" +
         digits(p.seconds, 2) + "." + digits(p.micros, 6);
}

}  // namespace

/// Any text as an interval: JSON in both modes; what was read, printed again, is the same interval.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_json(encode::interval_number, text);
  check_json(encode::interval_string, text);
  const auto parts = parse_interval(text);
  if (!parts) return 0;
  const auto again = parse_interval(printed(*parts));
  if (!again || interval_micros(*again) != interval_micros(*parts)) __builtin_trap();
  byte_buffer first;
  byte_buffer second;
  append_iso_interval(first, *parts);
  append_iso_interval(second, *again);
  if (first.view() != second.view()) __builtin_trap();
  return 0;
}
