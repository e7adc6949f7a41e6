#include "event/default_value.hpp"
#include "event/names.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Expressions of defaults, and names, of whatever a catalogue may hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire::event;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view type :
       {"text", "int4", "bool", "bit", "timestamp", "interval", "uuid", "unknown"})
    default_text(type, false, text);
  default_text("mood", true, text);
  if (topic_name(text).size() > 249) __builtin_trap();
  for (const name_adjustment mode :
       {name_adjustment::none, name_adjustment::avro, name_adjustment::avro_unicode}) {
    adjust_schema_name(text, mode);
    adjust_field_name(text, mode);
  }
  stream_column_name(text);
  return 0;
}
