#include "app/delivery_clock.hpp"

#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

std::uint64_t arrived(const delivery_clock& clock) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= clock.delays_ms().bound_count(); ++i)
    count += clock.delays_ms().count_at(i);
  return count;
}

TEST(DeliveryClock, TellsTheAgeOfTheOldestCommitThatHasNotArrived) {
  delivery_clock clock;
  EXPECT_EQ(clock.oldest_ms(5'000), 0) << "nothing is on its way";
  clock.read(lsn{10}, 1'000);
  clock.read(lsn{20}, 3'000);
  EXPECT_EQ(clock.oldest_ms(5'000), 4'000);
  clock.durable(lsn{10}, 5'000);
  EXPECT_EQ(clock.oldest_ms(5'000), 4'000) << "the commit ahead of it may end there";
  clock.durable(lsn{11}, 5'000);
  EXPECT_EQ(clock.oldest_ms(5'000), 2'000);
  clock.durable(lsn{25}, 5'001);
  EXPECT_FALSE(clock.waiting());
  EXPECT_EQ(clock.oldest_ms(9'000), 0);
}

TEST(DeliveryClock, CountsHowLongEachMarkTook) {
  delivery_clock clock;
  clock.read(lsn{10}, 1'000);
  clock.read(lsn{20}, 2'000);
  clock.durable(lsn{21}, 2'003);
  EXPECT_EQ(arrived(clock), 2U);
  EXPECT_EQ(clock.delays_ms().sum(), 1'003U + 3U);
}

TEST(DeliveryClock, ASingleCommitIsAlwaysMarkedAndOfAFloodOneInFiftyMilliseconds) {
  delivery_clock clock;
  for (std::uint64_t i = 0; i < 1'000; ++i)
    clock.read(lsn{i + 1}, static_cast<std::int64_t>(i));  // one a millisecond
  clock.durable(lsn{1'001}, 1'000);
  EXPECT_EQ(arrived(clock), 20U);
  clock.read(lsn{1'002}, 1'000);
  EXPECT_TRUE(clock.waiting()) << "the first after all arrived, however near the last mark";
}

TEST(DeliveryClock, ABacklogOfDaysKeepsItsOldestCommitAndItsBound) {
  delivery_clock clock;
  constexpr std::int64_t two_days = 172'800'000;
  for (std::int64_t at = 0; at <= two_days; at += 1'000)
    clock.read(lsn{static_cast<std::uint64_t>(at + 1)}, at);
  EXPECT_EQ(clock.oldest_ms(two_days), two_days);
  clock.durable(lsn{static_cast<std::uint64_t>(two_days / 2)}, two_days);
  const auto left = clock.oldest_ms(two_days);
  EXPECT_LE(left, two_days / 2);
  EXPECT_GE(left, two_days / 2 - two_days / 50) << "marks lie evenly over the backlog";
  clock.durable(lsn{static_cast<std::uint64_t>(two_days + 2)}, two_days);
  EXPECT_GE(arrived(clock), 64U);
  EXPECT_LE(arrived(clock), 129U);
}

TEST(DeliveryClock, WhatComesAgainIsPassedOver) {
  delivery_clock clock;
  clock.read(lsn{10}, 1'000);
  clock.durable(lsn{11}, 1'001);
  clock.read(lsn{10}, 1'000);  // as after a connection broke
  EXPECT_FALSE(clock.waiting());
  EXPECT_EQ(arrived(clock), 1U);
}

TEST(DeliveryClock, AnotherLogMayHaveSmallerPositions) {
  delivery_clock clock;
  clock.read(lsn{1'000}, 1'000);
  clock.restart();
  EXPECT_EQ(clock.oldest_ms(9'000), 0);
  clock.read(lsn{10}, 2'000);
  EXPECT_EQ(clock.oldest_ms(9'000), 7'000);
}

TEST(DeliveryClock, AServersClockThatIsAheadCountsAsNoTime) {
  delivery_clock clock;
  clock.read(lsn{10}, 5'000);
  EXPECT_EQ(clock.oldest_ms(4'000), 0);
  clock.durable(lsn{11}, 4'500);
  EXPECT_EQ(clock.delays_ms().count_at(0), 1U);
  EXPECT_EQ(clock.delays_ms().sum(), 0U);
}

}  // namespace
}  // namespace tidewire::app
