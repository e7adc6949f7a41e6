#include "base/cursor.hpp"

#include <gtest/gtest.h>

namespace tidewire {
namespace {

TEST(Cursor, ReadsNetworkByteOrder) {
  cursor in(std::string_view("\x01\x02\x03\x04\x05\x06\x07\x08\x09", 9));
  std::uint8_t one{};
  std::uint64_t eight{};
  ASSERT_TRUE(in.read_big(one));
  ASSERT_TRUE(in.read_big(eight));
  EXPECT_EQ(one, 1U);
  EXPECT_EQ(eight, 0x0203040506070809U);
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(Cursor, AFailedReadMovesNothing) {
  cursor in("abc");
  std::uint32_t four{};
  std::string_view view;
  EXPECT_FALSE(in.read_big(four));
  EXPECT_FALSE(in.read_bytes(4, view));
  EXPECT_FALSE(in.read_c_string(view));
  EXPECT_EQ(in.rest(), "abc");
}

TEST(Cursor, StepsOverTheNulOfText) {
  cursor in(std::string_view("public\0t", 8));
  std::string_view text;
  ASSERT_TRUE(in.read_c_string(text));
  EXPECT_EQ(text, "public");
  EXPECT_EQ(in.rest(), "t");
}

}  // namespace
}  // namespace tidewire
