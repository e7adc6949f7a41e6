#include "postgres/copy_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::postgres {
namespace {

TEST(CopyTextRow, SplitsAtTabs) {
  copy_text_row row;
  ASSERT_FALSE(row.assign("1\tabc\t\n", 3).failed());
  ASSERT_EQ(row.columns().size(), 3U);
  EXPECT_EQ(row.columns()[0].bytes, "1");
  EXPECT_EQ(row.columns()[1].bytes, "abc");
  EXPECT_EQ(row.columns()[2].kind, value_kind::text);
  EXPECT_EQ(row.columns()[2].bytes, "");
}

TEST(CopyTextRow, ReadsNullAndTheTextThatLooksLikeIt) {
  copy_text_row row;
  ASSERT_FALSE(row.assign("\\N\t\\\\N\tN\n", 3).failed());
  EXPECT_EQ(row.columns()[0].kind, value_kind::null);
  EXPECT_EQ(row.columns()[1].kind, value_kind::text);
  EXPECT_EQ(row.columns()[1].bytes, "\\N");
  EXPECT_EQ(row.columns()[2].bytes, "N");
}

TEST(CopyTextRow, TakesOutEveryEscapeThatCopyWrites) {
  copy_text_row row;
  ASSERT_FALSE(row.assign("a\\tb\\nc\\rd\\be\\ff\\vg\\\\h\tnext\n", 2).failed());
  EXPECT_EQ(row.columns()[0].bytes, "a\tb\nc\rd\be\ff\vg\\h");
  EXPECT_EQ(row.columns()[1].bytes, "next");
}

TEST(CopyTextRow, ReadsALineWithoutItsNewline) {
  copy_text_row row;
  ASSERT_FALSE(row.assign("1\t2", 2).failed());
  EXPECT_EQ(row.columns()[1].bytes, "2");
}

TEST(CopyTextRow, ReadsATableWithoutColumns) {
  copy_text_row row;
  EXPECT_FALSE(row.assign("\n", 0).failed());
  EXPECT_TRUE(row.columns().empty());
  EXPECT_EQ(row.assign("1\n", 0), errc::malformed_message);
}

TEST(CopyTextRow, RefusesAnotherNumberOfColumns) {
  copy_text_row row;
  EXPECT_EQ(row.assign("1\t2\n", 3), errc::malformed_message);
  EXPECT_EQ(row.assign("1\t2\t3\n", 2), errc::malformed_message);
}

TEST(CopyTextRow, RefusesALineThatEndsInAnEscape) {
  copy_text_row row;
  EXPECT_EQ(row.assign("1\\", 1), errc::malformed_message);
  EXPECT_EQ(row.assign("1\\\t2", 2), errc::malformed_message);
}

TEST(CopyTextRow, KeepsAnOlderRowsMemoryForTheNext) {
  copy_text_row row;
  ASSERT_FALSE(row.assign(std::string(1000, 'x') + "\n", 1).failed());
  const char* const at = row.columns()[0].bytes.data();
  ASSERT_FALSE(row.assign("y\n", 1).failed());
  EXPECT_EQ(row.columns()[0].bytes.data(), at);
  EXPECT_EQ(row.columns()[0].bytes, "y");
}

}  // namespace
}  // namespace tidewire::postgres
