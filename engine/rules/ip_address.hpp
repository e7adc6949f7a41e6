#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::rules {

/// An address of IPv4 (4 bytes) or IPv6 (16 bytes), in network order.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;

  auto operator<=>(const ip_address&) const = default;
};

/// Reads an address as Java's InetAddress reads a literal: leading zeros are decimal, an
/// IPv4-mapped IPv6 address is the IPv4 address. Nothing: the text is no address.
std::optional<ip_address> read_ip_address(std::string_view text);

/// All addresses from `first` to `last`, both of the same family.
struct ip_range {
  ip_address first;
  ip_address last;

  bool contains(const ip_address& address) const noexcept {
    return address.size == first.size && first.bytes <= address.bytes &&
           address.bytes <= last.bytes;
  }
};

/// Reads `10.0.0.0/8` or `2001:db8::/32`. A mask of all bits is refused, as EventBridge does.
/// \param error receives a sentence where nothing is returned.
std::optional<ip_range> read_cidr(std::string_view text, std::string& error);

}  // namespace tidewire::rules
