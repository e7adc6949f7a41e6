#include "debezium/java_map.hpp"

#include "base/cursor.hpp"
#include "debezium/errc.hpp"

#include <cstdint>

/// The stream, in hexadecimal:
///
///   AC ED 00 05                                  magic and version
///   73                                           object
///     72 "java.util.HashMap" 05 07 DA C1 C3 16 60 D1   its class: name, serialVersionUID,
///        03 00 02 46 "loadFactor" 49 "threshold" 78 70   flags, fields, no annotation, no parent
///     3F 40 00 00  00 00 00 0C                     loadFactor, threshold
///     77 08 <capacity> <size>                      a block of HashMap.writeObject
///     75 72 "[B" AC F3 17 F8 06 08 54 E0 02 00 00 78 70   key: array, its class,
///        <length> <bytes>                                   length, content
///     75 71 00 7E 00 02 <length> <bytes>           value: array, the class again by its handle
///     ...
///   78                                           end of the object's blocks
namespace tidewire::debezium {
namespace {

using namespace std::string_view_literals;

constexpr auto magic = "\xAC\xED\0\x05"sv;
constexpr auto map_head =
    "\x73\x72\0\x11java.util.HashMap\x05\x07\xDA\xC1\xC3\x16\x60\xD1\x03\0\x02"
    "F\0\x0AloadFactorI\0\x09thresholdxp"sv;
constexpr auto array_class = "\x72\0\x02[B\xAC\xF3\x17\xF8\x06\x08\x54\xE0\x02\0\0xp"sv;
/// The array's class is the third thing with a handle, after the map's class and the map.
constexpr auto array_class_again = "\x71\0\x7E\0\x02"sv;
constexpr auto block_of_8 = "\x77\x08"sv;
constexpr char null = '\x70', array = '\x75', end_of_blocks = '\x78';

constexpr std::uint32_t load_factor = 0x3F40'0000;  // 0.75f, Java's default

bool read_exactly(cursor& in, std::string_view wanted) noexcept {
  if (!in.rest().starts_with(wanted)) return false;
  std::string_view taken;
  return in.read_bytes(wanted.size(), taken);
}

/// Whether the rest is a beginning of `wanted`: it ends too early rather than being something else.
error_code cut_short_or(std::string_view rest, std::string_view wanted, errc otherwise) noexcept {
  return rest.size() < wanted.size() && wanted.starts_with(rest) ? errc::truncated : otherwise;
}

class map_reader {
 public:
  explicit map_reader(std::string_view bytes) noexcept : in_(bytes) {}

  result<std::vector<java_entry>> read() {
    if (!read_exactly(in_, magic)) return cut_short_or(in_.rest(), magic, errc::not_java);
    if (!read_exactly(in_, map_head)) return cut_short_or(in_.rest(), map_head, errc::not_a_map);
    std::uint32_t factor = 0, threshold = 0, capacity = 0;
    std::int32_t size = 0;
    if (!in_.read_big(factor) || !in_.read_big(threshold)) return errc::truncated;
    if (!read_exactly(in_, block_of_8))
      return cut_short_or(in_.rest(), block_of_8, errc::not_a_map);
    if (!in_.read_big(capacity) || !in_.read_big(size)) return errc::truncated;
    if (size < 0) return errc::not_a_map;
    std::vector<java_entry> entries;  // not reserved: `size` is only what the file claims
    for (std::int32_t i = 0; i < size; ++i) {
      java_entry& entry = entries.emplace_back();
      if (const error_code error = read_array(entry.key)) return error;
      if (const error_code error = read_array(entry.value)) return error;
    }
    char end = 0;
    if (!in_.read_byte(end)) return errc::truncated;
    if (end != end_of_blocks) return errc::not_a_map;
    if (in_.remaining() != 0) return errc::trailing_bytes;
    return entries;
  }

 private:
  error_code read_array(std::optional<std::string>& content) {
    char kind = 0;
    if (!in_.read_byte(kind)) return errc::truncated;
    if (kind == null) return {};
    if (kind != array) return errc::not_bytes;
    const std::string_view wanted = class_known_ ? array_class_again : array_class;
    if (!read_exactly(in_, wanted)) return cut_short_or(in_.rest(), wanted, errc::not_bytes);
    class_known_ = true;
    std::int32_t size = 0;
    std::string_view bytes;
    if (!in_.read_big(size)) return errc::truncated;
    if (size < 0) return errc::not_bytes;
    if (!in_.read_bytes(static_cast<std::size_t>(size), bytes)) return errc::truncated;
    content.emplace(bytes);
    return {};
  }

  cursor in_;
  bool class_known_ = false;
};

void append_big(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFFU);
}

void append_array(std::string& out, const std::optional<std::string>& content, bool& class_known) {
  if (!content) {
    out += null;
    return;
  }
  out += array;
  out += class_known ? array_class_again : array_class;
  class_known = true;
  append_big(out, static_cast<std::uint32_t>(content->size()));
  out += *content;
}

}  // namespace

result<std::vector<java_entry>> read_java_map(std::string_view bytes) {
  return map_reader(bytes).read();
}

std::string write_java_map(const std::vector<java_entry>& entries) {
  // The table that Java has: 16 places, doubled whenever three quarters are taken; none before the
  // first entry.
  std::uint32_t capacity = 16;
  while (entries.size() > capacity / 4 * 3) capacity *= 2;
  std::string out(magic);
  out += map_head;
  append_big(out, load_factor);
  append_big(out, entries.empty() ? 0 : capacity / 4 * 3);
  out += block_of_8;
  append_big(out, capacity);
  append_big(out, static_cast<std::uint32_t>(entries.size()));
  bool class_known = false;
  for (const auto& entry : entries) {
    append_array(out, entry.key, class_known);
    append_array(out, entry.value, class_known);
  }
  out += end_of_blocks;
  return out;
}

}  // namespace tidewire::debezium
