#include "event/schema_text.hpp"

#include "base/byte_buffer.hpp"
#include "event/event_string.hpp"

namespace tidewire::event {

std::string json_quoted(std::string_view text) {
  byte_buffer out;
  append_event_string(out, text);
  return std::string(out.view());
}

std::string render(const field_schema& schema, std::string_view field) {
  std::string out = "{" + schema.type + ",\"optional\":" + (schema.optional ? "true" : "false");
  if (!schema.name.empty()) out += ",\"name\":" + json_quoted(schema.name) + ",\"version\":1";
  if (!schema.doc.empty()) out += ",\"doc\":" + json_quoted(schema.doc);
  char before = '{';
  for (const auto& [key, value] : schema.parameters) {
    if (before == '{') out += ",\"parameters\":";
    out += before;
    before = ',';
    out += json_quoted(key) + ":" + json_quoted(value);
  }
  if (before == ',') out += '}';
  if (!schema.default_value.empty()) out += ",\"default\":" + schema.default_value;
  if (!field.empty()) out += ",\"field\":" + json_quoted(field);
  return out + "}";
}

std::string struct_type(const std::vector<std::string>& fields) {
  std::string out = "\"type\":\"struct\",\"fields\":[";
  for (const std::string& field : fields) {
    if (out.back() != '[') out += ',';
    out += field;
  }
  return out + "]";
}

}  // namespace tidewire::event
