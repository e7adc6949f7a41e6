#include "event/encode_bytes.hpp"
#include "event/encode_scalar.hpp"
#include "event/encode_structure.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace tidewire;
using namespace tidewire::event;

/// JSON, unless the text was no UTF-8, which a server whose client encoding is UTF8 never sends.
void check_json(const value_encoder& encoder, std::string_view text) {
  byte_buffer out;
  value_scratch scratch;
  if (!encoder(text, out, scratch)) return;
  if (!simdjson::validate_utf8(text.data(), text.size())) return;
  simdjson::dom::parser parser;
  const simdjson::padded_string json("[" + std::string(out.view()) + "]");
  if (parser.parse(json).error() != simdjson::SUCCESS) __builtin_trap();
}

void check_array(encode_function element, bool required, bool nested, std::string_view text) {
  value_encoder encoder;
  encoder.encode = encode::array;
  encoder.elements_required = required;
  if (nested) encoder.nested_class = "java.lang.String";
  encoder.element = std::make_unique<value_encoder>();
  encoder.element->encode = element;
  check_json(encoder, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_array(encode::string, false, true, text);
  check_array(encode::integer, true, false, text);
  check_array(encode::hstore_json, false, false, text);
  check_array(encode::bytea_base64, false, false, text);
  for (const encode_function encode : {encode::hstore_json,
                                       encode::hstore_map,
                                       encode::point,
                                       encode::geometry,
                                       encode::shape_base64,
                                       encode::bits,
                                       encode::bytea_base64,
                                       encode::bytea_hex}) {
    value_encoder encoder;
    encoder.encode = encode;
    check_json(encoder, text);
  }
  return 0;
}
