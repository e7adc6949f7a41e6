#include "postgres/copy_binary.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::postgres {
namespace {

using namespace std::string_literals;

const std::string head = "PGCOPY\n\377\r\n\0"s + "\0\0\0\0"s + "\0\0\0\0"s;
const std::string row = "\0\x03"s + "\0\0\0\x02"s + "ab" + "\377\377\377\377" + "\0\0\0\0"s;

TEST(CopyBinaryRow, HasItsValuesAsTheyWereSent) {
  copy_binary_row read;
  ASSERT_FALSE(read.assign(row, 3).failed());
  ASSERT_EQ(read.columns().size(), 3U);
  EXPECT_EQ(read.columns()[0].kind, value_kind::binary);
  EXPECT_EQ(read.columns()[0].bytes, "ab");
  EXPECT_EQ(read.columns()[1].kind, value_kind::null);
  EXPECT_EQ(read.columns()[2].kind, value_kind::binary);
  EXPECT_EQ(read.columns()[2].bytes, "");
}

TEST(CopyBinaryRow, OutlivesTheMessageItCameIn) {
  copy_binary_row read;
  {
    const std::string message = row;
    ASSERT_FALSE(read.assign(message, 3).failed());
  }
  EXPECT_EQ(read.columns()[0].bytes, "ab");
}

TEST(CopyBinaryRow, CanBeReadWhereItLies) {
  const std::string message = head + row;
  copy_binary_row read;
  ASSERT_FALSE(read.view(message, 3).failed());
  EXPECT_EQ(read.columns()[0].bytes, "ab");
  EXPECT_EQ(read.columns()[0].bytes.data(), message.data() + head.size() + 6);
}

TEST(CopyBinaryRow, IsReadBehindTheFormatsHead) {
  copy_binary_row read;
  ASSERT_FALSE(read.assign(head + row, 3).failed());
  EXPECT_EQ(read.columns()[0].bytes, "ab");
  const std::string extended = "PGCOPY\n\377\r\n\0"s + "\0\0\0\0"s + "\0\0\0\x02"s + "xy" + row;
  ASSERT_FALSE(read.assign(extended, 3).failed());
  EXPECT_EQ(read.columns()[0].bytes, "ab");
}

TEST(CopyBinaryRow, WhatIsCutShortIsRefused) {
  const std::string whole = head + row;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    copy_binary_row read;
    EXPECT_TRUE(read.assign(std::string_view(whole).substr(0, size), 3).failed()) << size;
  }
}

TEST(CopyBinaryRow, OtherNumbersOfColumnsAreRefused) {
  copy_binary_row read;
  EXPECT_TRUE(read.assign(row, 2).failed());
  EXPECT_TRUE(read.assign(row, 4).failed());
  EXPECT_TRUE(read.assign(row + "x", 3).failed()) << "more than the row";
  EXPECT_TRUE(read.assign("\0\x01\377\377\377\376"s, 1).failed()) << "a size of -2";
  EXPECT_FALSE(read.assign("\0\0"s, 0).failed()) << "a table without columns has rows, too";
}

TEST(CopyBinary, HasAMarkBehindItsLastRow) {
  EXPECT_TRUE(ends_copy("\377\377"));
  EXPECT_TRUE(ends_copy(head + "\377\377")) << "no rows at all";
  EXPECT_FALSE(ends_copy(row));
  EXPECT_FALSE(ends_copy(head + row));
  EXPECT_FALSE(ends_copy("\377\377x"));
  EXPECT_FALSE(ends_copy(head));
  EXPECT_FALSE(ends_copy(""));
}

}  // namespace
}  // namespace tidewire::postgres
