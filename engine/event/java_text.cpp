#include "event/java_text.hpp"

namespace tidewire::event {
namespace {

constexpr std::uint32_t first_supplementary = 0x10000;

std::size_t sequence_size(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead >= 0xF0 && lead < 0xF8) return 4;
  if (lead >= 0xE0) return lead < 0xF0 ? 3 : 1;
  return lead >= 0xC0 ? 2 : 1;
}

}  // namespace

std::uint32_t next_code_point(std::string_view& text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = sequence_size(lead);
  if (size == 1 || size > text.size()) {
    text.remove_prefix(1);
    return lead;
  }
  std::uint32_t point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) {
      text.remove_prefix(1);
      return lead;
    }
    point = (point << 6U) | (byte & 0x3FU);
  }
  text.remove_prefix(size);
  return point;
}

std::uint32_t java_string_hash(std::string_view text) noexcept {
  std::uint32_t hash = 0;
  while (!text.empty()) {
    const std::uint32_t point = next_code_point(text);
    if (point < first_supplementary) {
      hash = hash * 31 + point;
      continue;
    }
    const std::uint32_t offset = point - first_supplementary;
    hash = hash * 31 + (0xD800U | (offset >> 10U));
    hash = hash * 31 + (0xDC00U | (offset & 0x3FFU));
  }
  return hash;
}

std::size_t java_length(std::string_view text) noexcept {
  std::size_t units = 0;
  while (!text.empty()) units += next_code_point(text) < first_supplementary ? 1 : 2;
  return units;
}

}  // namespace tidewire::event
