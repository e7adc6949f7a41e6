#include "local/call/id_source.hpp"

#include <string_view>

namespace tidewire::local {

std::string id_source::uuid() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  std::uint64_t bits = 0;
  int left = 0;
  for (char& place : out) {
    if (place != 'x' && place != 'y') continue;
    if (left == 0) {
      bits = random_();
      left = 16;
    }
    const std::uint64_t nibble = place == 'y' ? 8U + bits % 4U : bits % 16U;
    place = digits[nibble];
    bits >>= 4U;
    --left;
  }
  return out;
}

}  // namespace tidewire::local
