#include "event/encode_structure.hpp"
#include "event/hstore_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tidewire;
using namespace tidewire::event;

/// As the server prints it: quotes and backslashes are escaped.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::string printed(const hstore_pairs& pairs) {
  std::string out;
  for (const hstore_pair& pair : pairs.pairs) {
    if (!out.empty()) out += ", ";
    append_quoted(out, pairs.key(pair));
    out += "=>";
    if (pair.value_is_null)
      out += "NULL";
    else
      append_quoted(out, pairs.value(pair));
  }
  return out;
}

void check_json(encode_function encode, std::string_view text) {
  value_encoder encoder;
  encoder.encode = encode;
  byte_buffer out;
  value_scratch scratch;
  if (!encoder(text, out, scratch) || !simdjson::validate_utf8(text.data(), text.size())) return;
  simdjson::dom::parser parser;
  const simdjson::padded_string json("[" + std::string(out.view()) + "]");
  simdjson::dom::element first;
  if (parser.parse(json).at(0).get(first) != simdjson::SUCCESS) __builtin_trap();
  if (encode != encode::hstore_json) return;
  // A document within a string: it, too, must be one.
  const simdjson::padded_string inner(first.get_string().value());
  simdjson::dom::parser again;
  if (again.parse(inner).error() != simdjson::SUCCESS) __builtin_trap();
}

}  // namespace

/// Any text as an hstore: what was read and is printed as the server prints it, is read again as
/// the same pairs, and the order of Java's maps loses none of them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_json(encode::hstore_json, text);
  check_json(encode::hstore_map, text);
  hstore_pairs pairs;
  if (!parse_hstore(text, pairs)) return 0;
  const std::string once = printed(pairs);
  hstore_pairs again;
  if (!parse_hstore(once, again) || printed(again) != once) __builtin_trap();
  const std::size_t count = pairs.pairs.size();
  order_like_java_map(pairs);
  if (pairs.pairs.size() > count) __builtin_trap();
  std::vector<std::string_view> keys;
  for (const hstore_pair& pair : pairs.pairs) keys.push_back(pairs.key(pair));
  for (const hstore_pair& pair : again.pairs)
    if (std::ranges::find(keys, again.key(pair)) == keys.end()) __builtin_trap();
  return 0;
}
