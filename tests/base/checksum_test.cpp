#include "base/checksum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace tidewire {
namespace {

std::string sample(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

TEST(Checksum, IsTheSameForTheSameBytesWhereverTheyStand) {
  const std::string bytes = sample(1000), moved = "x" + bytes;
  EXPECT_EQ(checksum(bytes), checksum(std::string_view(moved).substr(1)));
}

TEST(Checksum, ChangesWithEveryBitAndEveryLength) {
  std::set<std::uint64_t> seen;
  std::size_t count = 0;
  for (std::size_t size = 0; size <= 100; ++size, ++count) seen.insert(checksum(sample(size)));
  std::string bytes = sample(97);
  for (char& byte : bytes)
    for (int bit = 0; bit < 8; ++bit, ++count) {
      byte = static_cast<char>(byte ^ (1 << bit));
      seen.insert(checksum(bytes));
      byte = static_cast<char>(byte ^ (1 << bit));
    }
  EXPECT_EQ(seen.size(), count);
}

TEST(Checksum, NoticesBlocksThatChangedPlaces) {
  std::string bytes = sample(256);
  const auto before = checksum(bytes);
  std::swap_ranges(bytes.begin(), bytes.begin() + 32, bytes.begin() + 32);
  EXPECT_NE(checksum(bytes), before);
  std::swap_ranges(bytes.begin(), bytes.begin() + 16, bytes.begin() + 16);
  EXPECT_NE(checksum(bytes), before);
}

TEST(Checksum, TellsZerosByTheirNumber) {
  EXPECT_NE(checksum(std::string(31, '\0')), checksum(std::string(32, '\0')));
  EXPECT_NE(checksum(std::string(32, '\0')), checksum(std::string(64, '\0')));
}

}  // namespace
}  // namespace tidewire
