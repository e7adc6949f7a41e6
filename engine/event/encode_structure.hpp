#pragma once

#include "event/value_encoder.hpp"

/// Encoders whose JSON is an object, an array or a text made of several parts.
namespace tidewire::event::encode {

/// Every element by `self.element`. An element that is itself an array comes out as null, or as the
/// identity of a Java array of `self.nested_class`, as Debezium has it.
bool array(const value_encoder& self,
           std::string_view text,
           byte_buffer& out,
           value_scratch& scratch);

/// int2vector, oidvector: `[]`, and nothing for an empty text, as Debezium has it.
bool vector_elements(const value_encoder& self,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch& scratch);

/// hstore as a JSON object inside a string, and as an object.
bool hstore_json(const value_encoder& self,
                 std::string_view text,
                 byte_buffer& out,
                 value_scratch& scratch);
bool hstore_map(const value_encoder& self,
                std::string_view text,
                byte_buffer& out,
                value_scratch& scratch);

/// {"x":…,"y":…,"wkb":…,"srid":null}
bool point(const value_encoder& self,
           std::string_view text,
           byte_buffer& out,
           value_scratch& scratch);
/// PostGIS: {"wkb":…,"srid":…}
bool geometry(const value_encoder& self,
              std::string_view text,
              byte_buffer& out,
              value_scratch& scratch);

/// line, box, path … as bytes of the text that pgjdbc writes for them, by binary.handling.mode.
bool shape_base64(const value_encoder& self,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch);
bool shape_base64_url_safe(const value_encoder& self,
                           std::string_view text,
                           byte_buffer& out,
                           value_scratch& scratch);
bool shape_hex(const value_encoder& self,
               std::string_view text,
               byte_buffer& out,
               value_scratch& scratch);

}  // namespace tidewire::event::encode
