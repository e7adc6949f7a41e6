#include "base/decimal_digits.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace tidewire {
namespace {

std::string written(std::uint64_t value) {
  std::array<char, decimal_room> digits;
  return {digits.data(), write_decimal(digits.data(), value)};
}

TEST(DecimalDigits, AreThoseOfTheNumberAtEveryPowerOfTen) {
  std::uint64_t power = 1;
  for (int n = 0; n < 20; ++n, power *= 10)
    for (const std::uint64_t value : {power - 1, power, power + 1, 3 * power, 9 * power})
      EXPECT_EQ(written(value), std::to_string(value));
  EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(DecimalDigits, AreThoseOfTheNumberAtEveryPowerOfTwo) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t value = std::uint64_t{1} << bit;
    for (const std::uint64_t near : {value - 1, value, value + 1})
      EXPECT_EQ(written(near), std::to_string(near));
  }
}

TEST(DecimalDigits, AreThoseOfEveryGroupOfFour) {
  for (std::uint64_t group = 0; group < 10'000; ++group)
    for (const std::uint64_t value :
         {group, group * 10'000 + 1, 10'000'000'000'000 * group + group})
      EXPECT_EQ(written(value), std::to_string(value));
}

TEST(DecimalDigits, AreThoseOfAnyNumber) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    EXPECT_EQ(written(value), std::to_string(value));
  }
}

}  // namespace
}  // namespace tidewire
