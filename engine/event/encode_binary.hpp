#pragma once

#include "event/value_encoder.hpp"

#include <string_view>

/// Encoders of what types' send functions write, which snapshots read: they append what those of
/// the text append. `bytes` takes the place of the text; false if they are not of the type.
namespace tidewire::event::encode {

bool binary_boolean(const value_encoder& self,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch& scratch);
/// Of two, four or eight bytes.
bool binary_integer(const value_encoder& self,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch& scratch);
bool binary_object_id(const value_encoder& self,
                      std::string_view bytes,
                      byte_buffer& out,
                      value_scratch& scratch);
bool binary_float32(const value_encoder& self,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch& scratch);
bool binary_float64(const value_encoder& self,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch& scratch);
/// In whichever mode: by way of the text.
bool binary_numeric(const value_encoder& self,
                    std::string_view bytes,
                    byte_buffer& out,
                    value_scratch& scratch);
bool binary_jsonb(const value_encoder& self,
                  std::string_view bytes,
                  byte_buffer& out,
                  value_scratch& scratch);
bool binary_uuid(const value_encoder& self,
                 std::string_view bytes,
                 byte_buffer& out,
                 value_scratch& scratch);

/// Of a snapshot, as are the others of dates and times here.
bool binary_date(const value_encoder& self,
                 std::string_view bytes,
                 byte_buffer& out,
                 value_scratch& scratch);
bool binary_time_millis(const value_encoder& self,
                        std::string_view bytes,
                        byte_buffer& out,
                        value_scratch& scratch);
bool binary_time_micros(const value_encoder& self,
                        std::string_view bytes,
                        byte_buffer& out,
                        value_scratch& scratch);
bool binary_timestamp_millis(const value_encoder& self,
                             std::string_view bytes,
                             byte_buffer& out,
                             value_scratch& scratch);
bool binary_timestamp_micros(const value_encoder& self,
                             std::string_view bytes,
                             byte_buffer& out,
                             value_scratch& scratch);
bool binary_zoned_timestamp(const value_encoder& self,
                            std::string_view bytes,
                            byte_buffer& out,
                            value_scratch& scratch);

}  // namespace tidewire::event::encode
