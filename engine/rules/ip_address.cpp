#include "rules/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace tidewire::rules {
namespace {

std::optional<ip_address> read_v4(std::string_view text) {
  constexpr std::size_t longest = 15;
  if (text.empty() || text.size() > longest) return std::nullopt;
  ip_address out{.size = 4};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || part.find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
    if (std::from_chars(part.data(), part.data() + part.size(), out.bytes[i]).ec != std::errc{})
      return std::nullopt;
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return out;
}

/// The groups of one side of `::`; false where one is empty, too large, or no hexadecimal number.
bool read_groups(std::string_view text, std::array<std::uint16_t, 8>& groups, std::size_t& count) {
  if (text.empty()) return true;
  for (;;) {
    const auto colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (count == groups.size() || part.empty()) return false;
    const auto [end, error] =
        std::from_chars(part.data(), part.data() + part.size(), groups[count], 16);
    if (error != std::errc{} || end != part.data() + part.size()) return false;
    ++count;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
  }
}

std::optional<ip_address> read_v6(std::string_view text) {
  std::array<std::uint16_t, 8> front{};
  std::array<std::uint16_t, 8> back{};
  std::size_t front_count = 0;
  std::size_t back_count = 0;
  const auto gap = text.find("::");
  if (!read_groups(text.substr(0, gap), front, front_count)) return std::nullopt;
  if (gap != std::string_view::npos) {
    if (!read_groups(text.substr(gap + 2), back, back_count)) return std::nullopt;
    if (front_count + back_count >= front.size()) return std::nullopt;
  } else if (front_count != front.size()) {
    return std::nullopt;
  }
  std::move_backward(
      back.begin(), back.begin() + static_cast<std::ptrdiff_t>(back_count), front.end());

  ip_address out{.size = 16};
  for (std::size_t i = 0; i < front.size(); ++i) {
    out.bytes[2 * i] = static_cast<std::uint8_t>(front[i] >> 8);
    out.bytes[2 * i + 1] = static_cast<std::uint8_t>(front[i] & 0xFF);
  }
  return out;
}

ip_address unmapped(const ip_address& address) {
  constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin()))
    return address;
  ip_address out{.size = 4};
  std::copy(address.bytes.begin() + 12, address.bytes.end(), out.bytes.begin());
  return out;
}

std::optional<int> read_mask_bits(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  int bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return bits;
}

}  // namespace

std::optional<ip_address> read_ip_address(std::string_view text) {
  if (text.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
    return std::nullopt;
  if (text.find(':') == std::string_view::npos) return read_v4(text);
  const auto address = read_v6(text);
  if (!address) return std::nullopt;
  return unmapped(*address);
}

std::optional<ip_range> read_cidr(std::string_view text, std::string& error) {
  const auto refuse = [&](std::string why) -> std::optional<ip_range> {
    error = std::move(why);
    return std::nullopt;
  };
  while (text.ends_with('/')) text.remove_suffix(1);
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || text.find('/', slash + 1) != std::string_view::npos)
    return refuse("Malformed CIDR, one '/' required");
  const auto bits = read_mask_bits(text.substr(slash + 1));
  if (!bits) return refuse("Malformed CIDR, mask bits must be an integer");
  if (*bits < 0) return refuse("Malformed CIDR, mask bits must not be negative");
  const auto address = read_ip_address(text.substr(0, slash));
  if (!address) return refuse("Nonstandard IP address: " + std::string(text.substr(0, slash)));
  if (address->size == 4 && *bits > 31) return refuse("IPv4 mask bits must be < 32");
  if (address->size == 16 && *bits > 127) return refuse("IPv6 mask bits must be < 128");

  ip_range out{*address, *address};
  for (std::size_t bit = static_cast<std::size_t>(*bits); bit < address->size * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    out.first.bytes[bit / 8] = static_cast<std::uint8_t>(out.first.bytes[bit / 8] & ~mask);
    out.last.bytes[bit / 8] = static_cast<std::uint8_t>(out.last.bytes[bit / 8] | mask);
  }
  return out;
}

}  // namespace tidewire::rules
