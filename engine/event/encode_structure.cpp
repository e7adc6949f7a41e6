#include "event/encode_structure.hpp"

#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "event/array_text.hpp"
#include "event/binary_text.hpp"
#include "event/event_string.hpp"
#include "event/geometry_text.hpp"
#include "event/hstore_text.hpp"
#include "event/java_number.hpp"

#include <cstddef>

namespace tidewire::event::encode {
namespace {

/// What java.lang.Object.toString gives for an array; the number after the @ means nothing.
void append_array_identity(byte_buffer& out, std::string_view element_class) {
  out.append("\"[L");
  out.append(element_class);
  out.append(";@0\"");
}

bool append_element(const value_encoder& self,
                    array_reader::item found,
                    std::string_view text,
                    byte_buffer& out,
                    value_scratch& scratch) {
  if (found == array_reader::item::text) {
    // One element that cannot be written takes the whole array with it, as an exception would.
    return (*self.element)(text, out, scratch);
  }
  if (found == array_reader::item::nested && !self.nested_class.empty()) {
    append_array_identity(out, self.nested_class);
    return true;
  }
  if (self.elements_required) return false;
  out.append("null");
  return true;
}

bool read_hstore(std::string_view text, value_scratch& scratch) {
  if (!parse_hstore(text, scratch.pairs)) return false;
  order_like_java_map(scratch.pairs);
  return true;
}

using append_text = void (*)(byte_buffer&, std::string_view);

void append_hstore_object(byte_buffer& out, const hstore_pairs& pairs, append_text append) {
  char before = '{';
  if (pairs.pairs.empty()) out.push_back('{');
  for (const hstore_pair& pair : pairs.pairs) {
    out.push_back(before);
    before = ',';
    append(out, pairs.key(pair));
    out.push_back(':');
    if (pair.value_is_null) {
      out.append("null");
    } else {
      append(out, pairs.value(pair));
    }
  }
  out.push_back('}');
}

bool append_shape(void (*append)(byte_buffer&, std::string_view),
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch) {
  scratch.bytes.clear();
  append_java_geometry(scratch.bytes, text);
  out.push_back('"');
  append(out, scratch.bytes.view());
  out.push_back('"');
  return true;
}

}  // namespace

bool array(const value_encoder& self,
           std::string_view text,
           byte_buffer& out,
           value_scratch& scratch) {
  array_reader elements(text, self.delimiter, scratch.element);
  char before = '[';
  while (true) {
    std::string_view element;
    const array_reader::item found = elements.next(element);
    if (found == array_reader::item::malformed) return false;
    if (found == array_reader::item::end) break;
    out.push_back(before);
    before = ',';
    if (!append_element(self, found, element, out, scratch)) return false;
  }
  if (before == '[') out.push_back('[');
  out.push_back(']');
  return true;
}

bool vector_elements(const value_encoder&,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch&) {
  if (text.empty()) return false;
  out.append("[]");
  return true;
}

bool hstore_json(const value_encoder&,
                 std::string_view text,
                 byte_buffer& out,
                 value_scratch& scratch) {
  if (!read_hstore(text, scratch)) return false;
  scratch.bytes.clear();
  // The text inside is Jackson's too, but its generator of characters, which leaves every letter as
  // it is.
  append_hstore_object(scratch.bytes, scratch.pairs, append_json_string);
  append_event_string(out, scratch.bytes.view());
  return true;
}

bool hstore_map(const value_encoder&,
                std::string_view text,
                byte_buffer& out,
                value_scratch& scratch) {
  if (!read_hstore(text, scratch)) return false;
  append_hstore_object(out, scratch.pairs, append_event_string);
  return true;
}

bool point(const value_encoder&, std::string_view text, byte_buffer& out, value_scratch& scratch) {
  const auto at = parse_point(text);
  if (!at) return false;
  out.append("{\"x\":");
  append_java_double(out, at->x);
  out.append(",\"y\":");
  append_java_double(out, at->y);
  out.append(",\"wkb\":\"");
  scratch.bytes.clear();
  append_point_wkb(scratch.bytes, *at);
  append_base64(out, scratch.bytes.view());
  out.append("\",\"srid\":null}");
  return true;
}

bool geometry(const value_encoder&,
              std::string_view text,
              byte_buffer& out,
              value_scratch& scratch) {
  scratch.bytes.clear();
  scratch.bytes.append("\\x");
  scratch.bytes.append(text);
  const std::size_t hex_size = scratch.bytes.size();
  scratch.bytes.reserve(
      hex_size + text.size());  // so that the view below stays good while the bytes are appended
  if (!append_bytes_of_hex(scratch.bytes, scratch.bytes.view(0, hex_size))) return false;
  out.append("{\"wkb\":\"");
  append_base64(out, scratch.bytes.view().substr(hex_size));
  out.append("\",\"srid\":");
  if (const auto srid = srid_of_hex_ewkb(text)) {
    append_number(out, std::uint64_t{*srid});
  } else {
    out.append("null");
  }
  out.push_back('}');
  return true;
}

bool shape_base64(const value_encoder&,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch) {
  return append_shape(append_base64, text, out, scratch);
}

bool shape_base64_url_safe(const value_encoder&,
                           std::string_view text,
                           byte_buffer& out,
                           value_scratch& scratch) {
  return append_shape(append_base64_url_safe, text, out, scratch);
}

bool shape_hex(const value_encoder&,
               std::string_view text,
               byte_buffer& out,
               value_scratch& scratch) {
  return append_shape(append_hex, text, out, scratch);
}

}  // namespace tidewire::event::encode
