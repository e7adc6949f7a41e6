#include "transform/document.hpp"
#include "transform/json_payload.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace tidewire;
using namespace tidewire::transform;

std::string written(const part& one) {
  byte_buffer out;
  write(one, {.with_schema = true}, out);
  return std::string(out.view());
}

}  // namespace

/// Any text as the payload of an outbox row: where it is expanded, the document is JSON, and it is
/// read again as the same document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const null_members nulls : {null_members::left_out, null_members::optional_bytes}) {
    text_store texts;
    const auto made = expand_json(text, "t.Value", nulls, texts);
    if (!made) continue;
    const std::string once = written(*made);
    simdjson::dom::parser parser;
    const simdjson::padded_string json(once);
    if (parser.parse(json).error() != simdjson::SUCCESS) __builtin_trap();
    document_reader reader;
    part again;
    if (!reader.read(nullptr, once, again) || written(again) != once) __builtin_trap();
  }
  return 0;
}
