#include "base/json_text.hpp"

#include "base/decimal_digits.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidewire {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool needs_escape(char byte) noexcept {
  return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\';
}

void append_escape(byte_buffer& out, char byte) {
  switch (byte) {
    case '"':
      return out.append("\\\"");
    case '\\':
      return out.append("\\\\");
    case '\b':
      return out.append("\\b");
    case '\t':
      return out.append("\\t");
    case '\n':
      return out.append("\\n");
    case '\f':
      return out.append("\\f");
    case '\r':
      return out.append("\\r");
    default:
      break;
  }
  const auto value = static_cast<unsigned char>(byte);
  out.append("\\u00");
  out.push_back(hex_digits[value >> 4U]);
  out.push_back(hex_digits[value & 15U]);
}

}  // namespace

std::size_t find_json_special_scalar(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && !needs_escape(text[from])) ++from;
  return from;
}

std::size_t find_json_special(std::string_view text, std::size_t from) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1F);
  for (; from + 16 <= text.size(); from += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
    // Unsigned `block <= 0x1F`, which SSE2 has no instruction for: the smaller of the two is the
    // block itself.
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
    const __m128i special = _mm_or_si128(
        control, _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
    const int mask = _mm_movemask_epi8(special);
    if (mask != 0)
      return from + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  return find_json_special_scalar(text, from);
}

void append_json_escaped(byte_buffer& out, std::string_view text) {
  std::size_t done = 0;
  while (true) {
    const std::size_t special = find_json_special(text, done);
    out.append(text.substr(done, special - done));
    if (special == text.size()) return;
    append_escape(out, text[special]);
    done = special + 1;
  }
}

void append_json_string(byte_buffer& out, std::string_view text) {
  out.push_back('"');
  append_json_escaped(out, text);
  out.push_back('"');
}

void append_number(byte_buffer& out, std::int64_t value) {
  const auto magnitude = static_cast<std::uint64_t>(value);
  if (value >= 0) return append_number(out, magnitude);
  out.push_back('-');
  append_number(out, 0 - magnitude);
}
void append_number(byte_buffer& out, std::uint64_t value) {
  char* const begin = out.prepare(decimal_room);
  out.commit(static_cast<std::size_t>(write_decimal(begin, value) - begin));
}

}  // namespace tidewire
