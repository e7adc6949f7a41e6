#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tidewire::aws {

/// CBOR (RFC 8949) as AWS speaks it in application/x-amz-cbor-1.1: blobs are byte strings,
/// timestamps tag 1 with epoch milliseconds. Every item begins with a byte of 3 bits major type and
/// 5 bits that are the value or say how many bytes hold it:
///
///     0 unsigned   1 negative (-1-n)   2 bytes   3 text   4 array   5 map   6 tag   7 false true
///     null float break
namespace cbor {

enum class major : std::uint8_t {
  unsigned_integer,
  negative_integer,
  bytes,
  text,
  array,
  map,
  tag,
  simple
};

constexpr std::uint64_t timestamp_tag = 1;

constexpr std::size_t head_bytes_max = 9;

/// Writes an item's first bytes in the shortest form, at most head_bytes_max of them.
/// \return the end of what was written.
inline char* put_head(char* to, major type, std::uint64_t value) noexcept {
  const auto first = static_cast<unsigned>(type) << 5U;
  if (value < 24) {
    *to = static_cast<char>(first | value);
    return to + 1;
  }
  const unsigned power = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFF ? 2 : 3;
  *to++ = static_cast<char>(first | (24 + power));  // 24 to 27: 1, 2, 4, 8 bytes follow
  for (unsigned bytes = 1U << power; bytes > 0; --bytes)
    *to++ = static_cast<char>(value >> ((bytes - 1) * 8));
  return to;
}
inline char* put_text(char* to, std::string_view text) noexcept {
  to = put_head(to, major::text, text.size());
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

inline void append_head(std::string& out, major type, std::uint64_t value) {
  char bytes[head_bytes_max];
  out.append(bytes, static_cast<std::size_t>(put_head(bytes, type, value) - bytes));
}

inline void append_text(std::string& out, std::string_view text) {
  append_head(out, major::text, text.size());
  out.append(text);
}
inline void append_bytes(std::string& out, std::string_view bytes) {
  append_head(out, major::bytes, bytes.size());
  out.append(bytes);
}
inline void append_integer(std::string& out, std::int64_t value) {
  if (value >= 0) {
    append_head(out, major::unsigned_integer, static_cast<std::uint64_t>(value));
  } else {
    append_head(out, major::negative_integer, static_cast<std::uint64_t>(-(value + 1)));
  }
}
inline void append_boolean(std::string& out, bool value) {
  append_head(out, major::simple, value ? 21 : 20);
}

/// The first bytes of one item, as read.
struct head {
  major type = major::simple;
  bool indefinite = false;  // of bytes, text, array, map: chunks or items follow until a break; of
                            // simple: is the break
  std::uint8_t argument = 0;  // the five bits, which tell a float's width
  std::uint64_t value = 0;    // the number, length, count, tag or bits of a float
};

/// Reads a head from the front of `bytes` and steps over it; false if it is truncated or against
/// the format.
bool read_head(std::string_view& bytes, head& out) noexcept;

/// The number in a float of 16, 32 or 64 bits; false for a head that is none.
bool float_of(const head& h, double& value) noexcept;

}  // namespace cbor

}  // namespace tidewire::aws
