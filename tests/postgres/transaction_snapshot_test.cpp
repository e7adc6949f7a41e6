#include "postgres/transaction_snapshot.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace tidewire::postgres {
namespace {

TEST(TransactionSnapshot, SeesWhatEndedBeforeItAndNothingElse) {
  const auto snapshot = transaction_snapshot::parse("10:20:10,14");
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->sees(9));
  EXPECT_FALSE(snapshot->sees(10));
  EXPECT_TRUE(snapshot->sees(11));
  EXPECT_FALSE(snapshot->sees(14));
  EXPECT_TRUE(snapshot->sees(19));
  EXPECT_FALSE(snapshot->sees(20));
  EXPECT_FALSE(snapshot->sees(1000));
}

TEST(TransactionSnapshot, WithNothingInProgressAllBeforeItsEndIsSeen) {
  const auto snapshot = transaction_snapshot::parse("20:20:");
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->sees(19));
  EXPECT_FALSE(snapshot->sees(20));
}

/// 4294967296 is 2^32: the stream's 5 is 2^32 + 5 here, and its 4294967290 is of the round before.
TEST(TransactionSnapshot, IdsOfTheStreamGoRound) {
  const auto snapshot = transaction_snapshot::parse("4294967290:4294967306:4294967301");
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE(snapshot->sees(5));
  EXPECT_TRUE(snapshot->sees(6));
  EXPECT_TRUE(snapshot->sees(4294967290U));
  EXPECT_FALSE(snapshot->sees(10));
}

class NoTransactionSnapshot : public testing::TestWithParam<std::string_view> {};

TEST_P(NoTransactionSnapshot, IsRefused) {
  EXPECT_EQ(transaction_snapshot::parse(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    NoTransactionSnapshot,
    testing::Values("", "1", "1:2", "1:2:3:4", "a:2:", "1:2:3;4", "1:2:x", "::"));

}  // namespace
}  // namespace tidewire::postgres
