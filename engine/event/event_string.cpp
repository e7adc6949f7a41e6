#include "event/event_string.hpp"

#include "base/json_text.hpp"
#include "event/java_text.hpp"

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tidewire::event {
namespace {

constexpr unsigned char first_of_four = 0xF0;  // begins a sequence of four bytes in UTF-8
constexpr std::uint32_t first_supplementary = 0x10000;

bool special(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == '"' || byte == '\\' || byte >= first_of_four;
}

void append_unit(byte_buffer& out, std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out.append("\\u");
  for (unsigned shift = 12;; shift -= 4) {
    out.push_back(digits[(unit >> shift) & 0xFU]);
    if (shift == 0) return;
  }
}

/// Appends the special character at the front of `rest` and steps over it.
void append_special(byte_buffer& out, std::string_view& rest) {
  if (static_cast<unsigned char>(rest.front()) < first_of_four) {
    append_json_escaped(out, rest.substr(0, 1));
    rest.remove_prefix(1);
    return;
  }
  const std::string_view before = rest;
  const std::uint32_t point = next_code_point(rest);
  if (point < first_supplementary) return out.append(before.substr(0, before.size() - rest.size()));
  append_unit(out, 0xD800U | ((point - first_supplementary) >> 10U));
  append_unit(out, 0xDC00U | ((point - first_supplementary) & 0x3FFU));
}

}  // namespace

std::size_t find_event_special_scalar(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && !special(text[from])) ++from;
  return from;
}

std::size_t find_event_special(std::string_view text, std::size_t from) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1F);
  const __m128i four = _mm_set1_epi8(static_cast<char>(first_of_four));
  for (; from + 16 <= text.size(); from += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
    // Unsigned comparisons, which SSE2 has only as minimum and maximum.
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
    const __m128i wide = _mm_cmpeq_epi8(_mm_max_epu8(block, four), block);
    const __m128i quoted =
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
    const int mask = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(control, wide), quoted));
    if (mask != 0)
      return from + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  return find_event_special_scalar(text, from);
}

void append_event_string(byte_buffer& out, std::string_view text) {
  out.push_back('"');
  while (true) {
    const std::size_t plain = find_event_special(text);
    out.append(text.substr(0, plain));
    if (plain == text.size()) break;
    text.remove_prefix(plain);
    append_special(out, text);
  }
  out.push_back('"');
}

}  // namespace tidewire::event
