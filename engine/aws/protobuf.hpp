#pragma once

#include "base/cursor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// As much of the protobuf wire format as the aggregation needs: a walk over fields, and their
/// writing.
namespace tidewire::aws::protobuf {

enum class wire : std::uint8_t {
  varint = 0,
  fixed64 = 1,
  bytes = 2,
  group_start = 3,
  group_end = 4,
  fixed32 = 5
};

struct field {
  std::uint32_t number = 0;
  wire type = wire::varint;
  std::uint64_t integer = 0;  // of a varint
  std::string_view content;   // of bytes
};

inline bool read_varint(cursor& in, std::uint64_t& value) noexcept {
  value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    char byte = 0;
    if (!in.read_byte(byte)) return false;
    const auto bits = static_cast<std::uint64_t>(static_cast<unsigned char>(byte) & 0x7FU);
    if (shift < 64) value |= bits << shift;
    if ((static_cast<unsigned char>(byte) & 0x80U) == 0) return true;
  }
  return false;  // longer than ten bytes
}

/// Reads the next field and steps over it, over a whole group too (their content is not handed
/// out). False: malformed or truncated, and the message is to be refused.
inline bool read_field(cursor& in, field& f, int depth = 0) noexcept {
  constexpr int groups_in_groups_max = 100;
  std::uint64_t tag = 0;
  if (!read_varint(in, tag) || tag > 0xFFFF'FFFFU) return false;
  f.number = static_cast<std::uint32_t>(tag >> 3U);
  f.type = static_cast<wire>(tag & 7U);
  if (f.number == 0) return false;
  std::string_view skipped;
  switch (f.type) {
    case wire::varint:
      return read_varint(in, f.integer);
    case wire::fixed64:
      return in.read_bytes(8, skipped);
    case wire::fixed32:
      return in.read_bytes(4, skipped);
    case wire::bytes: {
      std::uint64_t size = 0;
      return read_varint(in, size) && size <= in.remaining() && in.read_bytes(size, f.content);
    }
    case wire::group_start: {
      if (depth == groups_in_groups_max) return false;
      field inner;
      do {
        if (!read_field(in, inner, depth + 1)) return false;
      } while (inner.type != wire::group_end);
      return inner.number == f.number;
    }
    case wire::group_end:
      return depth > 0;
  }
  return false;
}

inline void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

inline void append_integer(std::string& out, std::uint32_t number, std::uint64_t value) {
  append_varint(out, std::uint64_t{number} << 3U);
  append_varint(out, value);
}

/// What stands before the content of a field of bytes.
inline void append_bytes_head(std::string& out, std::uint32_t number, std::size_t content_size) {
  append_varint(out, (std::uint64_t{number} << 3U) | static_cast<std::uint64_t>(wire::bytes));
  append_varint(out, content_size);
}

inline void append_bytes(std::string& out, std::uint32_t number, std::string_view content) {
  append_bytes_head(out, number, content.size());
  out += content;
}

}  // namespace tidewire::aws::protobuf
