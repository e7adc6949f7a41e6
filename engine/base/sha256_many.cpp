#include "base/sha256_many.hpp"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tidewire {

namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t round_groups = 16;  // of four rounds each

/// FIPS 180-4, section 4.2.2.
alignas(64) constexpr std::uint32_t round_constants[4 * round_groups] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/// What of a text has been hashed, in the order in which the instructions take it, and what has
/// not.
struct lane {
  __m128i abef;
  __m128i cdgh;
  const char* next;
  std::size_t blocks_left;  // whole ones
  std::size_t text;         // its place among all
};

lane start(std::string_view text, std::size_t place) noexcept {
  // FIPS 180-4, section 5.3.3.
  return {.abef = _mm_set_epi32(
              0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c)),
          .cdgh = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19),
          .next = text.data(),
          .blocks_left = text.size() / block_size,
          .text = place};
}

/// Blocks of as many texts as there are lanes, a round of each in turns.
template <std::size_t Count>
__attribute__((target("sha,avx2"))) void hash_blocks(lane* lanes, std::size_t blocks) noexcept {
  const __m128i as_big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abef[Count];
  __m128i cdgh[Count];
  __m128i words[Count][4];  // the last 16 of the message schedule
  for (std::size_t i = 0; i < Count; ++i) {
    abef[i] = lanes[i].abef;
    cdgh[i] = lanes[i].cdgh;
  }
  for (std::size_t left = blocks; left > 0; --left) {
#pragma GCC unroll 16
    for (std::size_t group = 0; group < round_groups; ++group) {
      const __m128i constants =
          _mm_load_si128(reinterpret_cast<const __m128i*>(round_constants + 4 * group));
#pragma GCC unroll 4
      for (std::size_t i = 0; i < Count; ++i) {
        __m128i& w = words[i][group % 4];
        const __m128i& before = words[i][(group + 3) % 4];
        if (group < 4) {
          const char* const from = lanes[i].next + 16 * group;
          w = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)),
                               as_big_endian);
        } else {
          w = _mm_sha256msg1_epu32(w, words[i][(group + 1) % 4]);
          w = _mm_add_epi32(w, _mm_alignr_epi8(before, words[i][(group + 2) % 4], 4));
          w = _mm_sha256msg2_epu32(w, before);
        }
        const __m128i sum = _mm_add_epi32(w, constants);
        cdgh[i] = _mm_sha256rnds2_epu32(cdgh[i], abef[i], sum);
        abef[i] = _mm_sha256rnds2_epu32(abef[i], cdgh[i], _mm_shuffle_epi32(sum, 0x0e));
      }
    }
    for (std::size_t i = 0; i < Count; ++i) {
      abef[i] = lanes[i].abef = _mm_add_epi32(abef[i], lanes[i].abef);
      cdgh[i] = lanes[i].cdgh = _mm_add_epi32(cdgh[i], lanes[i].cdgh);
      lanes[i].next += block_size;
    }
  }
  for (std::size_t i = 0; i < Count; ++i) lanes[i].blocks_left -= blocks;
}

void hash_blocks(std::span<lane> lanes, std::size_t blocks) noexcept {
  switch (lanes.size()) {
    case 1:
      return hash_blocks<1>(lanes.data(), blocks);
    case 2:
      return hash_blocks<2>(lanes.data(), blocks);
    case 3:
      return hash_blocks<3>(lanes.data(), blocks);
    default:
      return hash_blocks<sha256_lanes>(lanes.data(), blocks);
  }
}

void store_big_endian(unsigned char* to, std::uint32_t word) noexcept {
  word = __builtin_bswap32(word);
  std::memcpy(to, &word, sizeof word);
}

sha256_digest digest_of(const lane& done) noexcept {
  std::uint32_t feba[4];
  std::uint32_t hgdc[4];
  std::memcpy(feba, &done.abef, sizeof feba);
  std::memcpy(hgdc, &done.cdgh, sizeof hgdc);
  const std::uint32_t words[8] = {
      feba[3], feba[2], hgdc[3], hgdc[2], feba[1], feba[0], hgdc[1], hgdc[0]};
  sha256_digest digest;
  for (std::size_t i = 0; i < std::size(words); ++i)
    store_big_endian(digest.data() + 4 * i, words[i]);
  return digest;
}

/// What is left of a text after its whole blocks, and the padding (FIPS 180-4, section 5.1.1).
sha256_digest finish(lane done, std::string_view text) noexcept {
  const std::size_t rest = text.size() % block_size;
  char padded[2 * block_size] = {};
  if (rest > 0) std::memcpy(padded, done.next, rest);
  padded[rest] = static_cast<char>(0x80);
  const std::uint64_t bits = __builtin_bswap64(8 * std::uint64_t{text.size()});
  done.blocks_left = rest + 1 + sizeof bits <= block_size ? 1 : 2;
  std::memcpy(padded + done.blocks_left * block_size - sizeof bits, &bits, sizeof bits);
  done.next = padded;
  hash_blocks<1>(&done, done.blocks_left);
  return digest_of(done);
}

bool has_sha_and_avx2() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned sha_bit = 1U << 29U;
  return __builtin_cpu_supports("avx2") != 0 && __get_cpuid_count(7, 0, &a, &b, &c, &d) == 1 &&
         (b & sha_bit) != 0;
}

}  // namespace

bool sha256_many(std::span<const std::string_view> texts,
                 std::span<sha256_digest> digests) noexcept {
  assert(texts.size() == digests.size());
  static const bool has_instructions = has_sha_and_avx2();
  if (!has_instructions) return false;
  std::array<lane, sha256_lanes> lanes;
  std::size_t begun = 0;
  for (std::size_t count = 0;;) {
    for (; count < sha256_lanes && begun < texts.size(); ++begun)
      lanes[count++] = start(texts[begun], begun);
    if (count == 0) return true;
    const std::span under_way(lanes.data(), count);
    hash_blocks(under_way, std::ranges::min(under_way, {}, &lane::blocks_left).blocks_left);
    for (std::size_t i = count; i-- > 0;) {
      if (lanes[i].blocks_left > 0) continue;
      digests[lanes[i].text] = finish(lanes[i], texts[lanes[i].text]);
      lanes[i] = lanes[--count];
    }
  }
}

}  // namespace tidewire

#else

namespace tidewire {

bool sha256_many(std::span<const std::string_view>, std::span<sha256_digest>) noexcept {
  return false;
}

}  // namespace tidewire

#endif
