#include "event/record_output.hpp"

#include <cstddef>
#include <cstring>

namespace tidewire::event {
namespace {

/// Odd numbers with about as many ones as zeros; the two halves of a 128-bit product mix every bit
/// into every other.
constexpr std::uint64_t first_factor = 0x9E3779B97F4A7C15;
constexpr std::uint64_t second_factor = 0xD6E8FEB86659FD93;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace

std::uint64_t key_hash(std::string_view key) noexcept {
  std::uint64_t hash = first_factor ^ key.size();
  const char* at = key.data();
  std::size_t rest = key.size();
  for (; rest >= 16; rest -= 16, at += 16)
    hash = fold(load(at) ^ hash, load(at + 8) ^ second_factor);
  char tail[16] = {};
  if (rest > 0) std::memcpy(tail, at, rest);
  return fold(fold(load(tail) ^ hash, load(tail + 8) ^ second_factor), first_factor);
}

}  // namespace tidewire::event
