#include "event/md5.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <string>

namespace tidewire::event {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::array<std::array<int, 4>, 4> shifts{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

using state = std::array<std::uint32_t, 4>;

std::uint32_t sine_constant(std::size_t step) noexcept {
  return static_cast<std::uint32_t>(std::fabs(std::sin(static_cast<double>(step + 1))) *
                                    4294967296.0);
}

std::uint32_t mix(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
  switch (round) {
    case 0:
      return (b & c) | (~b & d);
    case 1:
      return (d & b) | (~d & c);
    case 2:
      return b ^ c ^ d;
    default:
      return c ^ (b | ~d);
  }
}

std::size_t word_of_step(std::size_t step) noexcept {
  switch (step / 16) {
    case 0:
      return step;
    case 1:
      return (5 * step + 1) % 16;
    case 2:
      return (3 * step + 5) % 16;
    default:
      return 7 * step % 16;
  }
}

void add_block(state& sum, std::string_view block) noexcept {
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < block_size; ++i)
    words[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(block[i]))
                    << (8 * (i % 4));
  auto [a, b, c, d] = sum;
  for (std::size_t step = 0; step < 64; ++step) {
    const std::uint32_t turned =
        a + mix(step / 16, b, c, d) + sine_constant(step) + words[word_of_step(step)];
    a = d;
    d = c;
    c = b;
    b += std::rotl(turned, shifts[step / 16][step % 4]);
  }
  sum = {sum[0] + a, sum[1] + b, sum[2] + c, sum[3] + d};
}

}  // namespace

md5_digest md5(std::string_view text) {
  std::string padded(text);
  padded += '\x80';
  while (padded.size() % block_size != block_size - 8) padded += '\0';
  const std::uint64_t bits = static_cast<std::uint64_t>(text.size()) * 8;
  for (int i = 0; i < 8; ++i) padded += static_cast<char>(bits >> (8 * i) & 0xFFU);

  state sum{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  for (std::size_t at = 0; at < padded.size(); at += block_size)
    add_block(sum, {padded.data() + at, block_size});
  md5_digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(sum[i / 4] >> (8 * (i % 4)));
  return digest;
}

}  // namespace tidewire::event
