#include "base/checksum.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire {
namespace {

/// The check value that every catalogue of CRCs gives for CRC-32.
TEST(Checksum, IsCrc32) {
  EXPECT_EQ(checksum("123456789"), 0xCBF43926U);
  EXPECT_EQ(checksum(""), 0U);
}

TEST(Checksum, OfPiecesIsThatOfTheWhole) {
  EXPECT_EQ(checksum({"123", "", "456789"}), checksum("123456789"));
}

TEST(Checksum, NoticesOneBitAndTheNumberOfZeros) {
  EXPECT_NE(checksum("123456788"), checksum("123456789"));
  EXPECT_NE(checksum(std::string(31, '\0')), checksum(std::string(32, '\0')));
}

}  // namespace
}  // namespace tidewire
