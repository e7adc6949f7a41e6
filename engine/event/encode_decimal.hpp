#pragma once

#include "event/value_encoder.hpp"

/// Encoders of numeric and money. `scale` is the schema's.
namespace tidewire::event::encode {

/// Kafka Connect's Decimal: base64 of the unscaled two's complement bytes. NaN and the infinities
/// have none.
bool decimal(const value_encoder& self,
             std::string_view text,
             byte_buffer& out,
             value_scratch& scratch);
/// The same as a JSON number, for decimal.format=NUMERIC.
bool decimal_number(const value_encoder& self,
                    std::string_view text,
                    byte_buffer& out,
                    value_scratch& scratch);
/// io.debezium.data.VariableScaleDecimal: {"scale":…,"value":…} without zeros at the end of the
/// fraction.
bool variable_decimal(const value_encoder& self,
                      std::string_view text,
                      byte_buffer& out,
                      value_scratch& scratch);
/// The number's text; NaN and the infinities under the names of Debezium's enumeration.
bool decimal_double(const value_encoder& self,
                    std::string_view text,
                    byte_buffer& out,
                    value_scratch& scratch);
bool decimal_string(const value_encoder& self,
                    std::string_view text,
                    byte_buffer& out,
                    value_scratch& scratch);

/// money as the stream reads it.
bool money_decimal(const value_encoder& self,
                   std::string_view text,
                   byte_buffer& out,
                   value_scratch& scratch);
bool money_decimal_number(const value_encoder& self,
                          std::string_view text,
                          byte_buffer& out,
                          value_scratch& scratch);
bool money_double(const value_encoder& self,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch);
bool money_string(const value_encoder& self,
                  std::string_view text,
                  byte_buffer& out,
                  value_scratch& scratch);

/// money as the snapshot reads it: through a double, so digits beyond 2^53 are lost.
bool snapshot_money_decimal(const value_encoder& self,
                            std::string_view text,
                            byte_buffer& out,
                            value_scratch& scratch);
bool snapshot_money_decimal_number(const value_encoder& self,
                                   std::string_view text,
                                   byte_buffer& out,
                                   value_scratch& scratch);
bool snapshot_money_string(const value_encoder& self,
                           std::string_view text,
                           byte_buffer& out,
                           value_scratch& scratch);

}  // namespace tidewire::event::encode
