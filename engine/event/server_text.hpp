#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <string_view>

/// What a type's output function prints of what its send function writes, under the settings of a
/// session of ours: DateStyle ISO, TimeZone UTC. For values that only their text says how to read.
/// Source: numeric_send, timestamp_out, date_out and the like in src/backend/utils/adt.
namespace tidewire::event {

/// PostgreSQL counts from 2000-01-01.
constexpr std::int64_t server_epoch_days = 10'957;

/// False, and perhaps a part is appended, if the bytes are no numeric.
bool append_numeric_text(byte_buffer& out, std::string_view bytes);
/// \param micros since 2000-01-01; the largest number and the smallest are the infinities.
void append_timestamp_text(byte_buffer& out, std::int64_t micros, bool zoned);
/// \param days since 2000-01-01, likewise.
void append_date_text(byte_buffer& out, std::int32_t days);
/// \param bytes sixteen.
void append_uuid_text(byte_buffer& out, std::string_view bytes);

}  // namespace tidewire::event
