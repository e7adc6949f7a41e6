#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidewire::event {

/// An interval as IntervalStyle postgres prints it: `1 year 2 mons -3 days +04:05:06.789`. Each
/// part has its own sign.
struct interval_parts {
  std::int64_t years = 0;
  std::int64_t months = 0;
  std::int64_t days = 0;
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
  std::int64_t micros = 0;
};

/// Nothing if the text is anything else.
std::optional<interval_parts> parse_interval(std::string_view text) noexcept;

/// Microseconds with a year of 365.25 days and a month of a twelfth of it, computed in doubles as
/// Debezium does.
std::int64_t interval_micros(const interval_parts& parts) noexcept;

/// Appends ISO 8601 with every part, also zeros: P1Y2M3DT4H5M6.789S.
void append_iso_interval(byte_buffer& out, const interval_parts& parts);

}  // namespace tidewire::event
