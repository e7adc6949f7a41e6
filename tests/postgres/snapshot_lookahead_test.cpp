#include "postgres/snapshot_lookahead.hpp"

#include <gmock/gmock.h>

#include <string>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

std::string line_of(const snapshot_row& row) {
  const char* const names[] = {"first", "first_in", "true", "last_in", "last"};
  return std::to_string(row.table) + ' ' + std::string(row.columns[0].bytes) + ' ' +
         names[static_cast<std::size_t>(row.marker)] + (row.ends_table ? " ends" : "");
}

/// What a session does, without one: rows and ends of pieces come, rows with their markers go.
class reading {
 public:
  explicit reading(std::vector<std::size_t> pieces,
                   snapshot_lookahead::first_row first = snapshot_lookahead::first_row::of_all)
      : ahead_(std::move(pieces), first) {}

  void row(std::size_t table, const std::string& value) {
    release();
    snapshot_row out;
    if (ahead_.take(table, copy_form::text, value, 1, out) == snapshot_lookahead::taken::gave)
      lines_.push_back(line_of(out));
  }
  void end(std::size_t table) {
    ahead_.piece_ended(table);
    release();
  }
  bool complete() const { return ahead_.complete(); }
  std::vector<std::string> given() { return std::exchange(lines_, {}); }

 private:
  void release() {
    for (snapshot_row out; ahead_.release(out);) lines_.push_back(line_of(out));
  }
  snapshot_lookahead ahead_;
  std::vector<std::string> lines_;
};

TEST(SnapshotLookahead, HoldsARowUntilAnotherOfItsTableHasCome) {
  reading tables({1});
  tables.row(0, "a");
  EXPECT_TRUE(tables.given().empty());
  tables.row(0, "b");
  EXPECT_THAT(tables.given(), ElementsAre("0 a first"));
  tables.end(0);
  EXPECT_THAT(tables.given(), ElementsAre("0 b last ends"));
  EXPECT_TRUE(tables.complete());
}

TEST(SnapshotLookahead, ThePiecesOfATableShareItsFirstAndItsLastRow) {
  reading tables({2, 1});
  tables.row(0, "a");
  tables.row(1, "x");
  tables.row(0, "b");  // of the other piece
  tables.end(0);       // that of b: a row of the first piece may follow
  tables.row(1, "y");
  tables.row(0, "c");
  EXPECT_THAT(tables.given(), ElementsAre("0 a first", "1 x first_in", "0 b true"));
  tables.end(0);
  EXPECT_THAT(tables.given(), ElementsAre("0 c last_in ends"));
  tables.end(1);
  EXPECT_THAT(tables.given(), ElementsAre("1 y last ends"));
}

TEST(SnapshotLookahead, ALastPieceWithoutRowsLeavesTheTablesLastRowToAnother) {
  reading tables({2, 1});
  tables.row(0, "a");
  tables.row(0, "b");
  tables.end(0);
  EXPECT_THAT(tables.given(), ElementsAre("0 a first"));
  tables.end(0);
  EXPECT_TRUE(tables.given().empty()) << "it may be the last of all";
  EXPECT_FALSE(tables.complete());
  tables.end(1);
  EXPECT_THAT(tables.given(), ElementsAre("0 b last ends"));
  EXPECT_TRUE(tables.complete());
}

TEST(SnapshotLookahead, SeveralTablesThatEndTogetherHaveOneLastRow) {
  reading tables({1, 1, 1});
  tables.row(2, "z");
  tables.row(0, "a");
  tables.row(1, "m");
  tables.end(1);
  tables.end(0);
  EXPECT_THAT(tables.given(), ElementsAre("1 m first ends", "0 a last_in ends"));
  tables.end(2);
  EXPECT_THAT(tables.given(), ElementsAre("2 z last ends"));
}

TEST(SnapshotLookahead, WithOneConnectionFirstIsARowOfTheFirstTableOrNone) {
  reading tables({1, 1}, snapshot_lookahead::first_row::of_first_table);
  tables.end(0);
  tables.row(1, "a");
  tables.row(1, "b");
  tables.end(1);
  EXPECT_THAT(tables.given(), ElementsAre("1 a first_in", "1 b last ends"));
}

TEST(SnapshotLookahead, IsCompleteWithoutTablesOrRows) {
  EXPECT_TRUE(snapshot_lookahead().complete());
  reading tables({2});
  EXPECT_FALSE(tables.complete());
  tables.end(0);
  tables.end(0);
  EXPECT_TRUE(tables.complete());
  EXPECT_TRUE(tables.given().empty());
}

TEST(SnapshotLookahead, GivesARowAtOnceThatAnotherFollows) {
  snapshot_lookahead ahead({1}, snapshot_lookahead::first_row::of_all);
  snapshot_row out;
  ASSERT_EQ(ahead.pass(0, copy_form::text, "a", 1, out), snapshot_lookahead::taken::gave);
  EXPECT_EQ(line_of(out), "0 a first");
  ASSERT_EQ(ahead.pass(0, copy_form::text, "b", 1, out), snapshot_lookahead::taken::gave);
  EXPECT_EQ(line_of(out), "0 b true");
  ASSERT_EQ(ahead.take(0, copy_form::text, "c", 1, out), snapshot_lookahead::taken::kept);
  EXPECT_TRUE(ahead.holds_row_of(0));
  ahead.give_kept(0, out);
  EXPECT_EQ(line_of(out), "0 c true");
  EXPECT_FALSE(ahead.holds_row_of(0));
  ASSERT_EQ(ahead.take(0, copy_form::text, "d", 1, out), snapshot_lookahead::taken::kept);
  ahead.piece_ended(0);
  ASSERT_TRUE(ahead.release(out));
  EXPECT_EQ(line_of(out), "0 d last ends");
  EXPECT_TRUE(ahead.complete());
}

TEST(SnapshotLookahead, GivesTheLastRowOfATableBeforeThoseOfTheNext) {
  snapshot_lookahead ahead({1, 1}, snapshot_lookahead::first_row::of_first_table);
  snapshot_row out;
  ASSERT_EQ(ahead.take(0, copy_form::text, "a", 1, out), snapshot_lookahead::taken::kept);
  EXPECT_TRUE(ahead.may_pass(1)) << "a table that is read at the same time";
  EXPECT_FALSE(ahead.may_pass(0));
  ahead.piece_ended(0);
  EXPECT_FALSE(ahead.may_pass(1));
}

TEST(SnapshotLookahead, ABinaryRowThatIsGivenAtOnceIsNotCopied) {
  const std::string message("\0\1\0\0\0\1x", 7);
  snapshot_lookahead ahead({1}, snapshot_lookahead::first_row::of_all);
  snapshot_row out;
  ASSERT_EQ(ahead.pass(0, copy_form::binary, message, 1, out), snapshot_lookahead::taken::gave);
  EXPECT_EQ(out.columns[0].bytes.data(), message.data() + 6);
  EXPECT_EQ(ahead.pass(0, copy_form::binary, message, 2, out),
            snapshot_lookahead::taken::malformed);
}

TEST(SnapshotLookahead, RefusesALineWithOtherColumns) {
  snapshot_lookahead ahead({1}, snapshot_lookahead::first_row::of_all);
  snapshot_row out;
  EXPECT_EQ(ahead.take(0, copy_form::text, "a\tb", 1, out), snapshot_lookahead::taken::malformed);
}

}  // namespace
}  // namespace tidewire::postgres
