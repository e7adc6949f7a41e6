#pragma once

#include <string>
#include <string_view>

namespace tidewire::local {

/// The bytes that pairs of small hex digits stand for.
inline std::string bytes(std::string_view hex) {
  std::string out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return out;
}

}  // namespace tidewire::local
