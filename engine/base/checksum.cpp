#include "base/checksum.hpp"

#include <cstddef>
#include <cstring>

namespace tidewire {
namespace {

/// Odd, with as many ones as zeros. The halves of a 128-bit product mix every bit into every other.
constexpr std::uint64_t first_factor = 0xA24BAED4963EE407;
constexpr std::uint64_t second_factor = 0x9FB21C651E98DF25;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

struct pair {
  std::uint64_t low;
  std::uint64_t high;
};

pair load(const char* bytes) noexcept {
  pair words{};
  std::memcpy(&words, bytes, sizeof words);
  return words;
}

}  // namespace

std::uint64_t checksum(std::string_view bytes) noexcept {
  // Two sums side by side: a product waits for the one before it in the same sum only.
  std::uint64_t even = first_factor ^ bytes.size(), odd = second_factor;
  const char* at = bytes.data();
  std::size_t rest = bytes.size();
  for (; rest >= 2 * sizeof(pair); rest -= 2 * sizeof(pair), at += 2 * sizeof(pair)) {
    const pair first = load(at), second = load(at + sizeof(pair));
    even = mixed(first.low ^ even, first.high ^ second_factor);
    odd = mixed(second.low ^ odd, second.high ^ first_factor);
  }
  char tail[2 * sizeof(pair)] = {};
  if (rest > 0) std::memcpy(tail, at, rest);
  const pair first = load(tail), second = load(tail + sizeof(pair));
  even = mixed(first.low ^ even, first.high ^ second_factor);
  odd = mixed(second.low ^ odd, second.high ^ first_factor);
  return mixed(even ^ second_factor, odd ^ first_factor);
}

}  // namespace tidewire
