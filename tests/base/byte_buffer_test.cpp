#include "base/byte_buffer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire {
namespace {

constexpr std::size_t kept_bytes_max = 1000;

TEST(ByteBuffer, DoublesForALittleMore) {
  byte_buffer bytes(100);
  bytes.append(std::string(101, 'x'));
  EXPECT_EQ(bytes.capacity(), 200U);
}

TEST(ByteBuffer, TakesLittleMoreThanALargeValueNeeds) {
  byte_buffer bytes(100);
  bytes.append(std::string(8000, 'x'));
  EXPECT_EQ(bytes.capacity(), 9000U);
  const char* const before = bytes.data();
  bytes.append("\",\"op\":\"c\"}");
  EXPECT_EQ(bytes.data(), before) << "what follows it does not copy it";
}

TEST(ByteBuffer, ReservesWhatIsAskedFor) {
  byte_buffer bytes;
  bytes.reserve(4096);
  EXPECT_EQ(bytes.capacity(), 4096U);
}

TEST(ByteBuffer, KeepsItsMemoryWhenClearedUpToALimit) {
  byte_buffer bytes(kept_bytes_max);
  bytes.clear(kept_bytes_max);
  EXPECT_EQ(bytes.capacity(), kept_bytes_max);
  bytes.append(std::string(kept_bytes_max + 1, 'x'));
  bytes.clear(kept_bytes_max);
  EXPECT_EQ(bytes.capacity(), 0U);
  EXPECT_TRUE(bytes.empty());
}

TEST(ByteBuffer, DropsItsFront) {
  byte_buffer bytes;
  bytes.append("handed out, and left");
  bytes.drop_front(12, kept_bytes_max);
  EXPECT_EQ(bytes.view(), "and left");
  bytes.drop_front(0, kept_bytes_max);
  EXPECT_EQ(bytes.view(), "and left");
  bytes.drop_front(8, kept_bytes_max);
  EXPECT_EQ(bytes.view(), "");
}

TEST(ByteBuffer, DropsTheMemoryOfALargeFrontWithIt) {
  byte_buffer bytes;
  bytes.append(std::string(100'000, 'x'));
  bytes.append("left");
  bytes.drop_front(10'000, kept_bytes_max);
  EXPECT_GE(bytes.capacity(), 90'004U) << "the rest needs it";
  bytes.drop_front(90'000, kept_bytes_max);
  EXPECT_EQ(bytes.view(), "left");
  EXPECT_LE(bytes.capacity(), kept_bytes_max);
}

}  // namespace
}  // namespace tidewire
