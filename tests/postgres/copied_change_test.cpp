#include "postgres/copied_change.hpp"

#include "postgres/errc.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::postgres {
namespace {

using namespace std::string_literals;

const std::string head = "PGCOPY\n\377\r\n\0"s + "\0\0\0\0"s + "\0\0\0\0"s;
const std::string position = "\0\0\0\x08"s + "\0\0\0\x16\xB3\x74\xD8\x48"s;
const std::string row = "\0\x02"s + position + "\0\0\0\x03"s + "abc";

TEST(CopiedChange, IsReadWithItsPosition) {
  xlog_data change;
  EXPECT_EQ(read_copied(row, change).value(), copied::change);
  EXPECT_EQ(to_string(change.start), "16/B374D848");
  EXPECT_EQ(change.wal_end, change.start);
  EXPECT_EQ(change.payload, "abc");
}

TEST(CopiedChange, IsReadBehindTheFormatsHead) {
  xlog_data change;
  const std::string bytes = head + row;
  EXPECT_EQ(read_copied(bytes, change).value(), copied::change);
  EXPECT_EQ(change.payload, "abc");
}

TEST(CopiedChange, IsReadBehindAHeadWithAnExtension) {
  xlog_data change;
  const std::string bytes = "PGCOPY\n\377\r\n\0"s + "\0\0\0\0"s + "\0\0\0\x02"s + "xy" + row;
  EXPECT_EQ(read_copied(bytes, change).value(), copied::change);
  EXPECT_EQ(change.payload, "abc");
}

TEST(CopiedChange, TheLastOneIsFollowedByAMark) {
  xlog_data change;
  EXPECT_EQ(read_copied("\377\377"s, change).value(), copied::end);
  EXPECT_EQ(read_copied(head + "\377\377", change).value(), copied::end) << "no rows at all";
}

TEST(CopiedChange, WhatIsCutShortIsRefused) {
  const std::string whole = head + row;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    xlog_data change;
    EXPECT_EQ(read_copied(std::string_view(whole).substr(0, size), change).error(),
              errc::malformed_message)
        << size;
  }
}

TEST(CopiedChange, OtherColumnsAreRefused) {
  for (const std::string& wrong : {"\0\x03"s + position + "\0\0\0\x03"s + "abc",
                                   "\0\x02\0\0\0\x04"s + "abcd" + "\0\0\0\x03"s + "abc",
                                   "\0\x02"s + position + "\377\377\377\377",  // null
                                   row + "d",
                                   "\377\377d"s}) {
    xlog_data change;
    EXPECT_EQ(read_copied(wrong, change).error(), errc::malformed_message) << wrong;
  }
}

xlog_data change_at(std::uint64_t at, std::string_view payload) {
  return {.start = lsn{at}, .wal_end = lsn{at}, .payload = payload};
}

TEST(BeginHolder, ABeginComesWithItsPositionWhateverFollows) {
  begin_holder begins;
  for (const auto* behind : {"R", "I", "C", "M"}) {
    EXPECT_FALSE(begins.holding());
    std::string payload = "Babc";
    ASSERT_TRUE(begins.hold(change_at(7, payload)));
    payload = "other";  // the bytes of the COPY are those of the next message by now
    ASSERT_TRUE(begins.holding());
    const auto begin = begins.release(change_at(9, behind));
    EXPECT_EQ(begin.start, lsn{7});
    EXPECT_EQ(begin.payload, "Babc");
  }
}

TEST(BeginHolder, OneBeforeAnOriginHasNoPositionInTheStream) {
  begin_holder begins;
  ASSERT_TRUE(begins.hold(change_at(7, "B")));
  const auto begin = begins.release(change_at(7, "O"));
  EXPECT_EQ(begin.start, lsn{});
  EXPECT_EQ(begin.wal_end, lsn{});
}

TEST(BeginHolder, NothingElseIsHeld) {
  begin_holder begins;
  for (const auto* other : {"", "I", "C", "O"}) EXPECT_FALSE(begins.hold(change_at(7, other)));
  EXPECT_FALSE(begins.holding());
}

}  // namespace
}  // namespace tidewire::postgres
