#pragma once

#include "event/value_encoder.hpp"

/// Encoders of dates and times. Those whose name begins with `snapshot_` read a date before
/// 1582-10-15 as JDBC's hybrid calendar does.
namespace tidewire::event::encode {

bool date(const value_encoder& self,
          std::string_view text,
          byte_buffer& out,
          value_scratch& scratch);
bool snapshot_date(const value_encoder& self,
                   std::string_view text,
                   byte_buffer& out,
                   value_scratch& scratch);

bool time_millis(const value_encoder& self,
                 std::string_view text,
                 byte_buffer& out,
                 value_scratch& scratch);
bool time_micros(const value_encoder& self,
                 std::string_view text,
                 byte_buffer& out,
                 value_scratch& scratch);
/// An array's elements are java.sql.Time, which ends at milliseconds, and whose 24:00 is 00:00.
bool element_time_micros(const value_encoder& self,
                         std::string_view text,
                         byte_buffer& out,
                         value_scratch& scratch);
/// To UTC, without the offset it had.
bool zoned_time(const value_encoder& self,
                std::string_view text,
                byte_buffer& out,
                value_scratch& scratch);
/// In an array the fraction of a second is lost.
bool element_zoned_time(const value_encoder& self,
                        std::string_view text,
                        byte_buffer& out,
                        value_scratch& scratch);

bool timestamp_millis(const value_encoder& self,
                      std::string_view text,
                      byte_buffer& out,
                      value_scratch& scratch);
bool timestamp_micros(const value_encoder& self,
                      std::string_view text,
                      byte_buffer& out,
                      value_scratch& scratch);
bool snapshot_timestamp_millis(const value_encoder& self,
                               std::string_view text,
                               byte_buffer& out,
                               value_scratch& scratch);
bool snapshot_timestamp_micros(const value_encoder& self,
                               std::string_view text,
                               byte_buffer& out,
                               value_scratch& scratch);

/// ISO 8601 in UTC; `scale` is the number of digits of the second's fraction, negative for as many
/// as it has.
bool zoned_timestamp(const value_encoder& self,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch& scratch);
bool snapshot_zoned_timestamp(const value_encoder& self,
                              std::string_view text,
                              byte_buffer& out,
                              value_scratch& scratch);
/// In an array: the date that the hybrid calendar shows, and a year before Christ as one after.
bool element_zoned_timestamp(const value_encoder& self,
                             std::string_view text,
                             byte_buffer& out,
                             value_scratch& scratch);

bool interval_number(const value_encoder& self,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch& scratch);
bool interval_string(const value_encoder& self,
                     std::string_view text,
                     byte_buffer& out,
                     value_scratch& scratch);

}  // namespace tidewire::event::encode
