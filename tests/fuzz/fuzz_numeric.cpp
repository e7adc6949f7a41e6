#include "base/base64.hpp"
#include "event/decimal_text.hpp"
#include "event/encode_decimal.hpp"
#include "event/encode_scalar.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace tidewire;
using namespace tidewire::event;

/// Whatever an encoder accepts, it writes as one JSON value.
void check_json(encode_function encode, std::int32_t scale, std::string_view text) {
  value_encoder encoder;
  encoder.encode = encode;
  encoder.scale = scale;
  byte_buffer out;
  value_scratch scratch;
  if (!encoder(text, out, scratch)) return;
  simdjson::dom::parser parser;
  const simdjson::padded_string json("[" + std::string(out.view()) + "]");
  const auto error = parser.parse(json).error();
  // JSON sets no limit to a number's digits; the parser does.
  if (error != simdjson::SUCCESS && error != simdjson::NUMBER_ERROR) __builtin_trap();
}

/// The unscaled bytes are as few as their sign allows, and agree in sign with the text.
void check_bytes(std::string_view text, std::int32_t scale) {
  const auto number = parse_decimal(text);
  if (!number) return;
  byte_buffer out;
  append_unscaled_base64(out, *number, scale);
  const auto bytes = from_base64(out.view());
  if (!bytes || bytes->empty()) __builtin_trap();
  const auto top = [&](std::size_t i) {
    return (static_cast<unsigned char>((*bytes)[i]) & 0x80U) != 0;
  };
  if (bytes->size() > 1) {
    if ((*bytes)[0] == '\0' && !top(1)) __builtin_trap();
    if ((*bytes)[0] == '\xFF' && top(1)) __builtin_trap();
  }
  if (top(0) && !number->negative) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::int32_t scale = static_cast<std::int32_t>(data[0] % 64) - 16;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const encode_function encode : {encode::decimal,
                                       encode::decimal_number,
                                       encode::variable_decimal,
                                       encode::decimal_string,
                                       encode::money_decimal,
                                       encode::money_double,
                                       encode::money_string,
                                       encode::snapshot_money_decimal,
                                       encode::snapshot_money_string,
                                       encode::integer,
                                       encode::float32,
                                       encode::float64})
    check_json(encode, scale, text);
  check_bytes(text, scale);
  return 0;
}
