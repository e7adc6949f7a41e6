#include "signals/recent_transactions.hpp"

#include <gtest/gtest.h>

namespace tidewire::signals {
namespace {

const auto snapshot = postgres::transaction_snapshot::parse("10:20:14").value();

TEST(RecentTransactions, AreAllSeenOrNot) {
  recent_transactions recent;
  EXPECT_TRUE(recent.all_seen_by(snapshot));
  recent.add(9);
  recent.add(19);
  EXPECT_TRUE(recent.all_seen_by(snapshot));
  recent.add(14);
  EXPECT_FALSE(recent.all_seen_by(snapshot));
}

TEST(RecentTransactions, OldOnesAreForgotten) {
  recent_transactions recent;
  recent.add(14);
  for (int i = 0; i < 4095; ++i) recent.add(9);
  EXPECT_FALSE(recent.all_seen_by(snapshot));
  recent.add(9);
  EXPECT_TRUE(recent.all_seen_by(snapshot));
}

}  // namespace
}  // namespace tidewire::signals
