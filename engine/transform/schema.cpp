#include "transform/schema.hpp"

#include "base/byte_buffer.hpp"
#include "base/json_text.hpp"
#include "event/event_string.hpp"

#include <algorithm>

namespace tidewire::transform {
namespace {

/// As the JSON converter spells them.
std::string_view json_name(type kind) noexcept {
  switch (kind) {
    case type::float32:
      return "float";
    case type::float64:
      return "double";
    default:
      return name_of(kind);
  }
}

void append_schema(byte_buffer& out, const schema& s, const field* as);

void append_member(byte_buffer& out, std::string_view name, const schema_ptr& of) {
  out.append(name);
  if (of)
    append_schema(out, *of, nullptr);
  else
    out.append("null");
}

void append_parameters(byte_buffer& out, const schema& s) {
  out.append(",\"parameters\":{");
  bool first = true;
  for (const auto& [name, text] : s.parameters) {
    if (!first) out.push_back(',');
    first = false;
    event::append_event_string(out, name);
    out.push_back(':');
    event::append_event_string(out, text);
  }
  out.push_back('}');
}

void append_schema(byte_buffer& out, const schema& s, const field* as) {
  out.append("{\"type\":\"");
  out.append(json_name(s.kind));
  out.push_back('"');
  if (s.kind == type::array) append_member(out, ",\"items\":", s.elements);
  if (s.kind == type::map) {
    append_member(out, ",\"keys\":", s.keys);
    append_member(out, ",\"values\":", s.elements);
  }
  if (s.kind == type::structure) {
    out.append(",\"fields\":[");
    for (const field& one : s.fields) {
      if (&one != s.fields.data()) out.push_back(',');
      append_schema(out, *one.shape, &one);
    }
    out.push_back(']');
  }
  out.append(s.optional ? ",\"optional\":true" : ",\"optional\":false");
  if (!s.name.empty()) {
    out.append(",\"name\":");
    event::append_event_string(out, s.name);
  }
  if (s.version) {
    out.append(",\"version\":");
    append_number(out, *s.version);
  }
  if (s.doc) {
    out.append(",\"doc\":");
    event::append_event_string(out, *s.doc);
  }
  if (!s.parameters.empty()) append_parameters(out, s);
  if (!s.initial.empty()) {
    out.append(",\"default\":");
    out.append(s.initial);
  }
  if (as != nullptr) {
    out.append(",\"field\":");
    out.append(std::string_view(as->quoted).substr(0, as->quoted.size() - 1));
  }
  out.push_back('}');
}

std::string member_name(std::string_view name) {
  byte_buffer out;
  event::append_event_string(out, name);
  out.push_back(':');
  return std::string(out.view());
}

}  // namespace

field::field(std::string called, schema_ptr of)
    : name(std::move(called)), quoted(member_name(name)), shape(std::move(of)) {}

const std::string& schema::text() const {
  if (text_.made.empty()) {
    byte_buffer out;
    append_schema(out, *this, nullptr);
    text_.made = out.view();
  }
  return text_.made;
}

std::optional<std::size_t> schema::find(std::string_view field_name) const noexcept {
  const auto found = std::ranges::find(fields, field_name, &field::name);
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

std::string_view schema::parameter(std::string_view called) const noexcept {
  const auto found =
      std::ranges::find(parameters, called, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view name_of(type kind) noexcept {
  switch (kind) {
    case type::int8:
      return "int8";
    case type::int16:
      return "int16";
    case type::int32:
      return "int32";
    case type::int64:
      return "int64";
    case type::float32:
      return "float32";
    case type::float64:
      return "float64";
    case type::boolean:
      return "boolean";
    case type::string:
      return "string";
    case type::bytes:
      return "bytes";
    case type::array:
      return "array";
    case type::map:
      return "map";
    case type::structure:
      return "struct";
  }
  return "";
}

schema_ptr plain(type kind, bool optional) {
  schema made;
  made.kind = kind;
  made.optional = optional;
  return shared(std::move(made));
}

schema_ptr logical(type kind, bool optional, std::string_view name) {
  schema made;
  made.kind = kind;
  made.optional = optional;
  made.name = name;
  made.version = 1;
  return shared(std::move(made));
}

schema basics_of(const schema& from) {
  schema made;
  made.kind = from.kind;
  made.name = from.name;
  made.version = from.version;
  made.doc = from.doc;
  made.parameters = from.parameters;
  made.keys = from.keys;
  made.elements = from.elements;
  return made;
}

}  // namespace tidewire::transform
