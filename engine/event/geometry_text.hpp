#pragma once

#include "base/byte_buffer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidewire::event {

struct point {
  double x = 0;
  double y = 0;
};

/// `(1.5,-2)`; nothing if the text is anything else.
std::optional<point> parse_point(std::string_view text) noexcept;

/// Appends the point as little-endian well-known binary, 21 bytes.
void append_point_wkb(byte_buffer& out, point at);

/// Appends the text of a line, box, path … with its numbers as Java prints doubles, which is how
/// pgjdbc's classes for these types write themselves: {1,2,3} becomes {1.0,2.0,3.0}.
void append_java_geometry(byte_buffer& out, std::string_view text);

/// The spatial reference of PostGIS' hexadecimal extended binary, of its first 9 bytes; nothing if
/// it has none or is no such text.
std::optional<std::uint32_t> srid_of_hex_ewkb(std::string_view hex) noexcept;

}  // namespace tidewire::event
