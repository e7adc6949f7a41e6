#include "postgres/streamed_transactions.hpp"

#include "postgres/errc.hpp"
#include "postgres/message_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::message_bytes;
using fate = streamed_transactions::fate;

constexpr std::size_t block_bytes = 256;

class StreamedTransactions : public ::testing::Test {
 protected:
  static streamed_transactions::options options(std::size_t memory_max = 1U << 20U,
                                                std::uint64_t spill_max = 1U << 24U) {
    return {.memory_max = memory_max,
            .spill = {.folder = std::filesystem::temp_directory_path().string(),
                      .block_bytes = block_bytes,
                      .bytes_max = spill_max}};
  }

  /// What a server says, by short names.
  void start(std::uint32_t xid, bool first) {
    expect(message_bytes('S').i32(xid).i8(first ? 1 : 0), fate::kept);
  }
  void stop() { expect(message_bytes('E'), fate::kept); }
  void change(std::uint32_t xid, std::string_view text) {
    expect(message_bytes('I').i32(xid).raw(text), fate::kept);
  }
  void relation(std::uint32_t xid, int table, std::string_view text) {
    expect(message_bytes('R').i32(xid).i32(table).raw(text), fate::kept);
  }
  void ordinary_relation(int table, std::string_view text) {
    expect(message_bytes('R').i32(table).raw(text), fate::ordinary);
  }
  void roll_back(std::uint32_t xid, std::uint32_t subxid) {
    expect(message_bytes('A').i32(xid).i32(subxid), fate::kept);
  }
  void commit(std::uint32_t xid) {
    expect(message_bytes('c').i32(xid).i8(0).i64(900).i64(950).i64(77), fate::committed);
  }
  void piece(std::uint32_t xid, bool first, const std::vector<std::string>& changes) {
    start(xid, first);
    for (const auto& text : changes) change(xid, text);
    stop();
  }
  void expect(const message_bytes& bytes, fate what) {
    const auto taken = kept_.take(bytes.str(), lsn{++position_});
    ASSERT_TRUE(taken.has_value()) << taken.error().message();
    EXPECT_EQ(*taken, what) << bytes.str().front();
  }
  error_code refused(const message_bytes& bytes) {
    const auto taken = kept_.take(bytes.str(), lsn{++position_});
    return taken ? error_code{} : taken.error();
  }

  /// The messages that are handed out, without the table of a Relation.
  std::vector<std::string> handed_out() {
    std::vector<std::string> all;
    while (const auto one = kept_.next().value()) {
      all.push_back(one->payload.starts_with('R') ? "R" + std::string(one->payload.substr(5))
                                                  : std::string(one->payload));
      positions_.push_back(one->position);
    }
    return all;
  }
  std::vector<std::string> committed(std::uint32_t xid) {
    commit(xid);
    auto all = handed_out();
    kept_.finish();
    return all;
  }

  streamed_transactions kept_{options()};
  std::uint64_t position_ = 0;
  std::vector<lsn> positions_;
};

TEST_F(StreamedTransactions, HandsOutATransactionAtItsCommit) {
  piece(7, true, {"a", "b"});
  piece(7, false, {"c"});
  EXPECT_FALSE(kept_.handing_out());
  commit(7);
  EXPECT_TRUE(kept_.handing_out());
  EXPECT_EQ(kept_.commit().commit_lsn, lsn{900});
  EXPECT_EQ(kept_.commit().end_lsn, lsn{950});
  EXPECT_EQ(kept_.commit().commit_time_us, 77);
  EXPECT_EQ(kept_.first_position(), lsn{1});
  EXPECT_THAT(handed_out(), ElementsAre("Ia", "Ib", "Ic"));
  EXPECT_THAT(positions_, ElementsAre(lsn{2}, lsn{3}, lsn{6}));
  EXPECT_THAT(kept_.finish(), IsEmpty());
  EXPECT_EQ(kept_.open_count(), 0U);
  EXPECT_EQ(kept_.memory_bytes(), 0U);
}

TEST_F(StreamedTransactions, LetsOrdinaryMessagesPassBetweenThePieces) {
  piece(7, true, {"a"});
  expect(message_bytes('B').i64(1).i64(2).i32(9), fate::ordinary);
  expect(message_bytes('I').i32(5).raw("N"), fate::ordinary);
  expect(message_bytes('C').i8(0), fate::ordinary);
  piece(7, false, {"b"});
  EXPECT_THAT(committed(7), ElementsAre("Ia", "Ib"));
}

TEST_F(StreamedTransactions, KeepsInterleavedTransactionsApart) {
  piece(7, true, {"a"});
  piece(8, true, {"x"});
  piece(7, false, {"b"});
  piece(8, false, {"y"});
  EXPECT_THAT(committed(8), ElementsAre("Ix", "Iy"));
  piece(7, false, {"c"});
  EXPECT_THAT(committed(7), ElementsAre("Ia", "Ib", "Ic"));
}

TEST_F(StreamedTransactions, ForgetsATransactionThatWasRolledBack) {
  piece(7, true, {"a"});
  roll_back(7, 7);
  EXPECT_EQ(kept_.open_count(), 0U);
  EXPECT_EQ(kept_.memory_bytes(), 0U);
  roll_back(9, 9);  // one that nothing came of
}

TEST_F(StreamedTransactions, LeavesOutASavepointThatWasRolledBack) {
  start(7, true);
  change(7, "a");
  change(71, "lost");
  change(72, "kept");
  stop();
  roll_back(7, 71);
  piece(7, false, {"b"});
  EXPECT_THAT(committed(7), ElementsAre("Ia", "Ikept", "Ib"));
}

TEST_F(StreamedTransactions, LetsNoRelationOfARolledBackSavepointThrough) {
  start(7, true);
  relation(71, 5, "two columns");
  change(71, "lost");
  stop();
  roll_back(7, 71);
  start(7, false);
  relation(7, 5, "one column");
  change(7, "a");
  stop();
  EXPECT_THAT(committed(7), ElementsAre("Rone column", "Ia"));
}

TEST_F(StreamedTransactions, SaysWhenARolledBackSavepointMayHaveHadALogicalMessage) {
  start(7, true);
  expect(message_bytes('M').i32(7).i8(1), fate::kept);
  change(71, "lost");
  stop();
  EXPECT_EQ(refused(message_bytes('A').i32(7).i32(71)), errc::stream_undecidable);
  roll_back(7, 7);
}

TEST_F(StreamedTransactions, SaysWhichRelationsAreInForceAgainAfterwards) {
  start(7, true);
  relation(7, 5, "old five");
  relation(7, 6, "six");
  stop();
  ordinary_relation(5, "new five");
  ordinary_relation(8, "eight");
  commit(7);
  EXPECT_THAT(handed_out(), ElementsAre("Rold five", "Rsix"));
  EXPECT_THAT(kept_.finish(), ElementsAre(message_bytes('R').i32(5).raw("new five").str()));
}

TEST_F(StreamedTransactions, AlsoWhereTheLaterRelationWasOfAnotherStreamedTransaction) {
  start(7, true);
  relation(7, 5, "old");
  stop();
  start(8, true);
  relation(8, 5, "new");
  stop();
  commit(8);
  handed_out();
  EXPECT_THAT(kept_.finish(), IsEmpty());
  commit(7);
  handed_out();
  EXPECT_THAT(kept_.finish(), ElementsAre(message_bytes('R').i32(5).raw("new").str()));
}

TEST_F(StreamedTransactions, TakesTheLastOfItsOwnRelations) {
  start(7, true);
  relation(7, 5, "first");
  stop();
  ordinary_relation(5, "second");
  start(7, false);
  relation(7, 5, "third");
  stop();
  commit(7);
  handed_out();
  EXPECT_THAT(kept_.finish(), IsEmpty());
}

TEST_F(StreamedTransactions, BeginsAgainOnANewConnection) {
  piece(7, true, {"before"});
  start(8, true);  // the connection breaks in the middle of a piece
  kept_.reset();
  EXPECT_EQ(kept_.memory_bytes(), 0U);
  expect(message_bytes('I').i32(5).raw("N"), fate::ordinary);
  piece(7, true, {"again"});
  EXPECT_THAT(committed(7), ElementsAre("Iagain"));
}

TEST_F(StreamedTransactions, BeginsAgainInTheMiddleOfHandingOut) {
  piece(7, true, {"a", "b"});
  commit(7);
  ASSERT_TRUE(kept_.next().value());
  kept_.reset();
  EXPECT_FALSE(kept_.handing_out());
  EXPECT_EQ(kept_.memory_bytes(), 0U);
  piece(7, true, {"a", "b"});
  EXPECT_THAT(committed(7), ElementsAre("Ia", "Ib"));
}

TEST_F(StreamedTransactions, RefusesWhatNoServerSends) {
  EXPECT_EQ(refused(message_bytes('E')), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('S').i32(7).i8(0)), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('c').i32(7).i8(0).i64(1).i64(2).i64(3)), errc::malformed_message);
  start(7, true);
  EXPECT_EQ(refused(message_bytes('S').i32(8).i8(1)), errc::malformed_message);
  EXPECT_EQ(refused(message_bytes('B').i64(1).i64(2).i32(9)), errc::malformed_message);
  stop();
  EXPECT_EQ(refused(message_bytes('S').i32(7).i8(1)), errc::malformed_message);
}

TEST_F(StreamedTransactions, SpillsBeyondItsBudgetAndGivesItAllBack) {
  streamed_transactions small(options(/*memory_max=*/4 * block_bytes));
  std::mt19937 source{7};
  std::vector<std::string> expected[3];
  const auto take = [&small](const message_bytes& bytes, fate what) {
    const auto taken = small.take(bytes.str(), lsn{1});
    ASSERT_TRUE(taken.has_value());
    ASSERT_EQ(*taken, what);
  };
  std::size_t bytes = 0;
  for (int i = 0; i < 300; ++i) {
    const std::size_t which = source() % 3;
    const auto xid = static_cast<std::uint32_t>(100 + which);
    take(message_bytes('S').i32(xid).i8(expected[which].empty() ? 1 : 0), fate::kept);
    // From less than a header's size to many blocks.
    const std::string text(source() % (i % 50 == 0 ? 3000 : 90), static_cast<char>('a' + i % 26));
    take(message_bytes('I').i32(xid).raw(text), fate::kept);
    take(message_bytes('E'), fate::kept);
    expected[which].push_back("I" + text);
    bytes += text.size();
    EXPECT_LE(small.memory_bytes(), 4 * block_bytes);
  }
  EXPECT_GT(small.spilled_bytes() + small.memory_bytes(), bytes);
  for (std::size_t which = 0; which < 3; ++which) {
    take(message_bytes('c').i32(100 + static_cast<std::int64_t>(which)).i8(0).i64(1).i64(2).i64(3),
         fate::committed);
    std::vector<std::string> all;
    while (const auto one = small.next().value()) all.emplace_back(one->payload);
    EXPECT_EQ(all, expected[which]);
    small.finish();
  }
  EXPECT_EQ(small.memory_bytes(), 0U);
  EXPECT_EQ(small.spilled_bytes(), 0U);
}

TEST_F(StreamedTransactions, HandsOutAMessageOfManyBlocksAndWhatFollowsIt) {
  const std::string large(3'000'000, 'l');
  for (const std::size_t memory_max : {std::size_t{1} << 24U, std::size_t{4096}}) {
    streamed_transactions kept(options(memory_max));
    const auto take = [&](const message_bytes& bytes) {
      ASSERT_TRUE(kept.take(bytes.str(), lsn{1}));
    };
    take(message_bytes('S').i32(7).i8(1));
    for (const std::string& text : {std::string("before"), large, std::string("behind")})
      take(message_bytes('I').i32(7).raw(text));
    take(message_bytes('E'));
    take(message_bytes('c').i32(7).i8(0).i64(900).i64(950).i64(77));
    for (const std::string& text : {std::string("before"), large, std::string("behind")}) {
      const auto next = kept.next();
      ASSERT_TRUE(next && *next);
      EXPECT_EQ((*next)->payload, "I" + text);
      kept.trim();
    }
    const auto end = kept.next();
    EXPECT_TRUE(end && !*end);
    kept.finish();
    EXPECT_EQ(kept.memory_bytes(), 0U);
  }
}

TEST_F(StreamedTransactions, SaysThatTheFileIsFull) {
  streamed_transactions small(options(/*memory_max=*/block_bytes, /*spill_max=*/2 * block_bytes));
  ASSERT_TRUE(small.take(message_bytes('S').i32(7).i8(1).str(), lsn{1}));
  error_code trouble;
  for (int i = 0; i < 100 && !trouble; ++i) {
    const auto taken =
        small.take(message_bytes('I').i32(7).raw(std::string(50, 'x')).str(), lsn{1});
    if (!taken) trouble = taken.error();
  }
  EXPECT_EQ(trouble, errc::spill_full);
  small.reset();
  EXPECT_EQ(small.spilled_bytes(), 0U);
}

}  // namespace
}  // namespace tidewire::postgres
