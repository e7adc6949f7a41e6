#include "base/lsn.hpp"

#include <fmt/core.h>

#include <charconv>

namespace tidewire {
namespace {

std::optional<std::uint32_t> parse_half(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string to_string(lsn position) {
  return fmt::format("{:X}/{:X}", position.value >> 32U, position.value & 0xFFFFFFFFU);
}

std::optional<lsn> parse_lsn(std::string_view text) noexcept {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto high = parse_half(text.substr(0, slash));
  const auto low = parse_half(text.substr(slash + 1));
  if (!high || !low) return std::nullopt;
  return lsn{(std::uint64_t{*high} << 32U) | *low};
}

}  // namespace tidewire
