#pragma once

#include "event/value_encoder.hpp"

/// Encoders of bytea, bit strings and of the types that come as bytes only because the user asked
/// for them.
namespace tidewire::event::encode {

/// bytea, by binary.handling.mode.
bool bytea_base64(const value_encoder& self,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch);
bool bytea_base64_url_safe(const value_encoder& self,
                           std::string_view text,
                           byte_buffer& out,
                           value_scratch& scratch);
bool bytea_hex(const value_encoder& self,
               std::string_view text,
               byte_buffer& out,
               value_scratch& scratch);

/// The text's own bytes, by binary.handling.mode: types that Debezium does not know, and bytea
/// inside an array.
bool text_base64(const value_encoder& self,
                 std::string_view text,
                 byte_buffer& out,
                 value_scratch& scratch);
bool text_base64_url_safe(const value_encoder& self,
                          std::string_view text,
                          byte_buffer& out,
                          value_scratch& scratch);
bool text_hex(const value_encoder& self,
              std::string_view text,
              byte_buffer& out,
              value_scratch& scratch);

/// io.debezium.data.Bits: little-endian bytes without zero bytes at the end.
bool bits(const value_encoder& self,
          std::string_view text,
          byte_buffer& out,
          value_scratch& scratch);

}  // namespace tidewire::event::encode
