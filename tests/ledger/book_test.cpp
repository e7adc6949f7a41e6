#include "ledger/book.hpp"

#include "ledger/certificate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tidewire::ledger {
namespace {

/// A log of table a.t (key id) and what arrived of it, by hand.
class Book : public ::testing::Test {
 protected:
  Book() { open({}); }

  void open(book::options how) {
    how.until = lsn{1000};
    book_.emplace(std::move(how));
    book_->add_table("a", "t", {"id"}, true);
  }

  void log(std::uint64_t at, const std::string& line) {
    const auto parsed = parse_test_decoding("table a.t: " + line);
    ASSERT_TRUE(parsed.has_value()) << line;
    book_->change(lsn{at}, *parsed);
    book_->commit(lsn{at + 5});
  }
  void insert(std::uint64_t at, int id) {
    log(at, "INSERT: id[integer]:" + std::to_string(id) + " v[text]:'" + std::to_string(at) + "'");
  }
  void update(std::uint64_t at, int id) {
    log(at, "UPDATE: id[integer]:" + std::to_string(id) + " v[text]:'" + std::to_string(at) + "'");
  }
  void arrives(char operation, std::uint64_t at, int id, std::optional<std::string> value = {}) {
    book_->arrived(
        {.schema = "a",
         .table = "t",
         .operation = operation,
         .position = lsn{at},
         .row = {{"id", std::to_string(id)}, {"v", value ? *value : std::to_string(at)}}});
  }
  table_findings close() {
    all_ = book_->close();
    return all_.tables.at(0);
  }

  std::optional<book> book_;
  findings all_;
};

TEST_F(Book, IsGoodWhenAllArrivedHoweverOften) {
  insert(10, 1);
  update(20, 1);
  for (const int repeat : {1, 2}) {
    arrives('c', 10, 1);
    arrives('u', 20, 1);
    (void)repeat;
  }
  const auto found = close();
  EXPECT_TRUE(all_.good());
  EXPECT_EQ(found.expected, 2U);
  EXPECT_EQ(found.arrived, 2U);
  EXPECT_EQ(found.repeated, 2U);
  EXPECT_EQ(found.log_hash, found.arrival_hash);
}

TEST_F(Book, FindsWhatIsMissing) {
  insert(10, 1);
  insert(20, 2);
  arrives('c', 20, 2);
  const auto found = close();
  EXPECT_FALSE(all_.good());
  EXPECT_EQ(found.missing, 1U);
  EXPECT_NE(found.log_hash, found.arrival_hash);
}

TEST_F(Book, FindsInversionsOfAKeyAndOfNoOther) {
  insert(10, 1);
  insert(15, 2);
  update(20, 1);
  arrives('u', 20, 1);
  arrives('c', 15, 2);
  arrives('c', 10, 1);
  EXPECT_EQ(close().inverted, 1U);
  EXPECT_FALSE(all_.good());
}

TEST_F(Book, TakesARepeatOfAnEarlierEventForNoInversion) {
  insert(10, 1);
  update(20, 1);
  arrives('c', 10, 1);
  arrives('u', 20, 1);
  arrives('c', 10, 1);
  EXPECT_EQ(close().inverted, 0U);
  EXPECT_TRUE(all_.good());
}

TEST_F(Book, FindsAnotherContent) {
  insert(10, 1);
  arrives('c', 10, 1, "other");
  const auto found = close();
  EXPECT_EQ(found.differing, 1U);
  EXPECT_NE(found.log_hash, found.arrival_hash);
  EXPECT_FALSE(all_.good());
}

TEST_F(Book, ComparesNoValuesWhenToldSo) {
  open({.values = false});
  insert(10, 1);
  arrives('c', 10, 1, "masked");
  const auto found = close();
  EXPECT_TRUE(all_.good());
  EXPECT_EQ(found.log_hash, found.arrival_hash);
}

TEST_F(Book, FindsWhatTheLogDoesNotHave) {
  insert(10, 1);
  arrives('c', 10, 1);
  arrives('c', 12, 3);    // such as a row of a savepoint that was rolled back
  arrives('c', 2000, 4);  // beyond the range: not known
  EXPECT_EQ(close().unknown, 1U);
  EXPECT_EQ(all_.outside, 1U);
}

TEST_F(Book, ExpectsADeleteAndACreateWhereTheKeyChanged) {
  insert(10, 1);
  log(20, "UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:2 v[text]:'20'");
  arrives('c', 10, 1);
  arrives('d', 20, 1);
  arrives('c', 20, 2);
  EXPECT_EQ(close().expected, 3U);
  EXPECT_TRUE(all_.good());
}

TEST_F(Book, ExpectsAnUpdateWhereTheWholeOldRowIsShownAndTheKeyStayed) {
  log(20, "UPDATE: old-key: id[integer]:1 v[text]:'1' new-tuple: id[integer]:1 v[text]:'20'");
  arrives('u', 20, 1);
  EXPECT_EQ(close().expected, 1U);
  EXPECT_TRUE(all_.good());
}

TEST_F(Book, TellsRowsOfOneRecordOfTheLogByTheirKeys) {
  insert(10, 1);
  insert(10, 2);
  arrives('c', 10, 2);
  arrives('c', 10, 2);
  const auto found = close();
  EXPECT_EQ(found.missing, 1U);
  EXPECT_EQ(found.repeated, 1U);
}

TEST_F(Book, LeavesTruncatesOutUnlessTheyAreSent) {
  log(10, "TRUNCATE: (no-flags)");
  EXPECT_EQ(close().expected, 0U);
  open({.not_sent = "none"});
  log(10, "TRUNCATE: (no-flags)");
  EXPECT_EQ(close().missing, 1U);
}

TEST_F(Book, RequiresOfASnapshotTheRowsThatLiveAtItsPosition) {
  insert(10, 1);
  insert(20, 2);
  insert(30, 3);
  log(40, "DELETE: id[integer]:2");
  update(60, 1);
  arrives('r', 50, 1, "30");
  arrives('r', 50, 9, "older than the range");
  arrives('u', 60, 1);
  const auto found = close();
  EXPECT_EQ(found.expected, 1U);
  EXPECT_EQ(found.missing, 1U);  // row 3
  EXPECT_EQ(found.snapshot_rows, 2U);
  EXPECT_EQ(all_.before_snapshot, 4U);
}

TEST_F(Book, HoldsASnapshotsRowBehindALaterChangeOfItsKeyForInverted) {
  insert(10, 1);
  update(60, 1);
  arrives('u', 60, 1);
  arrives('r', 50, 1, "10");
  EXPECT_EQ(close().inverted, 1U);
}

TEST_F(Book, IgnoresTransactionsThatEndBeyondTheRange) {
  insert(998, 1);
  EXPECT_EQ(close().expected, 0U);
  EXPECT_TRUE(all_.good());
}

TEST_F(Book, PrintsTheResultInTheLastLine) {
  insert(10, 1);
  close();
  const auto text = print_certificate({.database = "d", .until = lsn{1000}}, all_);
  EXPECT_NE(text.find("wrong     a.t c at 0/A key 1"), std::string::npos) << text;
  EXPECT_NE(text.find("result    BAD: 1 expected, 1 missing, 0 repeated"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace tidewire::ledger
