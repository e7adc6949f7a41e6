#include "pipeline/window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tidewire::pipeline {
namespace {

TEST(Window, MovesToTheEndOfADurableGeneration) {
  window w(lsn{5});
  const auto first = w.sealed(1, lsn{10});
  EXPECT_EQ(w.durable(), lsn{5});
  w.acknowledged(first);
  EXPECT_EQ(w.durable(), lsn{10});
  EXPECT_TRUE(w.empty());
}

TEST(Window, WaitsForTheOldestGenerationAndThenMovesOverAllThatAreDone) {
  window w;
  const auto first = w.sealed(1, lsn{10});
  const auto second = w.sealed(1, lsn{20});
  const auto third = w.sealed(1, lsn{30});
  w.acknowledged(second);
  EXPECT_EQ(w.durable(), lsn{0});
  w.acknowledged(first);
  EXPECT_EQ(w.durable(), lsn{20});
  w.acknowledged(third);
  EXPECT_EQ(w.durable(), lsn{30});
}

TEST(Window, AGenerationIsDurableWhenEveryPublisherSaidSo) {
  window w;
  const auto both = w.sealed(2, lsn{10});
  w.acknowledged(both);
  EXPECT_EQ(w.durable(), lsn{0});
  w.acknowledged(both);
  EXPECT_EQ(w.durable(), lsn{10});
}

TEST(Window, TellsWhetherAGenerationAndAllBeforeItAreDurable) {
  window w;
  EXPECT_EQ(w.last_sealed(), 0U);
  EXPECT_TRUE(w.has_passed(0));
  const auto first = w.sealed(1, {10}), second = w.sealed(2, {20});
  EXPECT_EQ(w.last_sealed(), second);
  w.acknowledged(second);
  w.acknowledged(second);
  EXPECT_FALSE(w.has_passed(second)) << "the first is on its way";
  w.acknowledged(first);
  EXPECT_TRUE(w.has_passed(second));
  EXPECT_EQ(w.last_sealed(), second);
}

TEST(Window, StaysBeforeATransactionThatIsNotComplete) {
  window w(lsn{5});
  w.acknowledged(w.sealed(1, lsn{}));
  EXPECT_EQ(w.durable(), lsn{5});
}

TEST(Window, FollowsTheLogWhenNothingIsUnderWayAndNeverGoesBack) {
  window w(lsn{5});
  w.idle_at(lsn{50});
  EXPECT_EQ(w.durable(), lsn{50});
  w.idle_at(lsn{40});
  EXPECT_EQ(w.durable(), lsn{50});
  w.acknowledged(w.sealed(1, lsn{45}));
  EXPECT_EQ(w.durable(), lsn{50});
}

TEST(Window, BeginsAgainFurtherBackWhereItIsTold) {
  window w;
  const auto one = w.sealed(1, lsn{100});
  w.acknowledged(one);
  ASSERT_EQ(w.durable(), lsn{100});
  w.restart(lsn{40});
  EXPECT_EQ(w.durable(), lsn{40});
  const auto two = w.sealed(1, lsn{60});
  w.acknowledged(two);
  EXPECT_EQ(w.durable(), lsn{60});
}

TEST(Window, IsTheGapFreePrefixWhateverTheOrderOfAcknowledgements) {
  std::mt19937_64 random(3);
  window w;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> open;  // generation, end
  std::uint64_t end = 0;
  for (int step = 0; step < 100'000; ++step) {
    if (open.size() < 50 && random() % 2 == 0) {
      end += random() % 3;
      open.emplace_back(w.sealed(1, lsn{end}), end);
    } else if (!open.empty()) {
      const auto which = open.begin() + static_cast<std::ptrdiff_t>(random() % open.size());
      w.acknowledged(which->first);
      open.erase(which);
    }
    const auto oldest = std::ranges::min_element(open);
    if (open.empty()) {
      EXPECT_EQ(w.durable(), lsn{end});
    } else {
      EXPECT_LE(w.durable(), lsn{oldest->second});
    }
  }
}

}  // namespace
}  // namespace tidewire::pipeline
