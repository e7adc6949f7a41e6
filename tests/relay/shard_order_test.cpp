#include "relay/shard_order.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::relay {
namespace {

using aws::iterator_type;

const std::chrono::system_clock::time_point now(std::chrono::milliseconds(1'790'000'000'000));

aws::shard shard(const std::string& id,
                 const std::string& parent = {},
                 const std::string& other_parent = {},
                 bool closed = false) {
  aws::shard s;
  s.id = id;
  s.parent_id = parent;
  s.adjacent_parent_id = other_parent;
  s.starting_sequence_number = "1" + id;
  if (closed) s.ending_sequence_number = "2" + id;
  return s;
}

checkpoint saved(const std::string& id) {
  return {.stream = "s", .shard = id, .shard_start = "1" + id};
}

shard_order fresh(start_point start = {}) {
  return {"s", start, {}, now};
}

std::vector<std::string> ids(const std::vector<shard_start>& starts) {
  std::vector<std::string> all;
  for (const auto& s : starts) all.push_back(s.what.id);
  return all;
}

using names = std::vector<std::string>;

TEST(ShardOrder, HandsOutEachShardOnce) {
  auto order = fresh();
  const std::vector<aws::shard> listed{shard("0"), shard("1")};
  order.learn(listed);
  EXPECT_EQ(ids(order.take_startable()), (names{"0", "1"}));
  order.learn(listed);
  EXPECT_TRUE(order.take_startable().empty());
}

TEST(ShardOrder, AChildWaitsForTheEndOfItsParent) {
  auto order = fresh();
  order.learn(std::vector{shard("0", "", "", true), shard("1", "0"), shard("2", "0")});
  EXPECT_EQ(ids(order.take_startable()), names{"0"});
  order.ended("0");
  EXPECT_EQ(ids(order.take_startable()), (names{"1", "2"}));
}

TEST(ShardOrder, TheChildOfAMergeWaitsForBoth) {
  auto order = fresh();
  order.learn(
      std::vector{shard("0", "", "", true), shard("1", "", "", true), shard("2", "0", "1")});
  EXPECT_EQ(ids(order.take_startable()), (names{"0", "1"}));
  order.ended("1");
  EXPECT_TRUE(order.take_startable().empty());
  order.ended("0");
  EXPECT_EQ(ids(order.take_startable()), names{"2"});
}

TEST(ShardOrder, AParentThatIsNotListedAnyMoreIsNotWaitedFor) {
  auto order = fresh();
  order.learn(std::vector{shard("7", "3")});
  EXPECT_EQ(ids(order.take_startable()), names{"7"});
}

TEST(ShardOrder, ChildrenMayBeLearntFromTheirParentsLastPage) {
  auto order = fresh();
  order.learn(std::vector{shard("0")});
  order.take_startable();
  order.learn(std::vector{shard("1", "0"), shard("2", "0")});
  EXPECT_TRUE(order.take_startable().empty());
  order.ended("0");
  const auto starts = order.take_startable();
  EXPECT_EQ(ids(starts), (names{"1", "2"}));
  EXPECT_EQ(starts[0].from.type, iterator_type::trim_horizon);
}

TEST(ShardOrder, ResumesAfterTheCheckpoint) {
  auto c = saved("0");
  c.done = position{"123", std::nullopt};
  shard_order order("s", {}, std::vector{c}, now);
  order.learn(std::vector{shard("0")});
  const auto starts = order.take_startable();
  ASSERT_EQ(starts.size(), 1U);
  EXPECT_EQ(starts[0].from.type, iterator_type::after_sequence_number);
  EXPECT_EQ(starts[0].from.sequence_number, "123");
  EXPECT_FALSE(starts[0].skip_through);
}

TEST(ShardOrder, ResumesInsideAnAggregate) {
  auto c = saved("0");
  c.done = position{"123", 4};
  shard_order order("s", {}, std::vector{c}, now);
  order.learn(std::vector{shard("0")});
  const auto starts = order.take_startable();
  EXPECT_EQ(starts[0].from.type, iterator_type::at_sequence_number);
  EXPECT_EQ(starts[0].skip_through, 4U);
}

TEST(ShardOrder, AnEndedShardIsNotReadAgainAndItsChildrenMayStart) {
  auto c = saved("0");
  c.ended = true;
  shard_order order("s", {}, std::vector{c}, now);
  order.learn(std::vector{shard("0", "", "", true), shard("1", "0")});
  EXPECT_EQ(ids(order.take_startable()), names{"1"});
}

TEST(ShardOrder, ACheckpointOfAnEarlierStreamOfThatNameIsNotUsed) {
  auto c = saved("0");
  c.shard_start = "something else";
  c.done = position{"123", std::nullopt};
  shard_order order("s", {}, std::vector{c}, now);
  order.learn(std::vector{shard("0")});
  EXPECT_EQ(order.take_stale(), names{"0"});
  EXPECT_EQ(order.take_startable()[0].from.type, iterator_type::trim_horizon);
}

TEST(ShardOrder, LatestPassesOverClosedShardsForGoodAndRemembersWhenItBegan) {
  auto order = fresh({.where = start_point::kind::latest});
  order.learn(std::vector{shard("0", "", "", true), shard("1", "0")});
  const auto passed = order.take_passed_over();
  ASSERT_EQ(passed.size(), 1U);
  EXPECT_EQ(passed[0].shard, "0");
  EXPECT_TRUE(passed[0].ended);
  const auto starts = order.take_startable();
  EXPECT_EQ(ids(starts), names{"1"});
  EXPECT_EQ(starts[0].from.type, iterator_type::latest);
  EXPECT_EQ(starts[0].from_ms, unix_ms(now));
}

TEST(ShardOrder, LatestReadsLaterShardsWhole) {
  auto order = fresh({.where = start_point::kind::latest});
  order.learn(std::vector{shard("0")});
  order.take_startable();
  order.learn(std::vector{shard("0", "", "", true), shard("1", "0")});
  order.ended("0");
  EXPECT_EQ(order.take_startable()[0].from.type, iterator_type::trim_horizon);
}

TEST(ShardOrder, AfterARestartLatestIsWhereItWasThen) {
  auto c = saved("0");
  c.from_ms = 1000;
  shard_order order("s", {.where = start_point::kind::latest}, std::vector{c}, now);
  order.learn(std::vector{shard("0"), shard("1")});
  const auto starts = order.take_startable();
  ASSERT_EQ(starts.size(), 2U);
  EXPECT_EQ(starts[0].from.type, iterator_type::at_timestamp);
  EXPECT_EQ(unix_ms(starts[0].from.timestamp), 1000);
  EXPECT_EQ(starts[1].from.type, iterator_type::trim_horizon)
      << "a shard that came while the relay was away";
}

TEST(ShardOrder, AtTimestampHoldsForEveryShard) {
  auto order = fresh({.where = start_point::kind::at_timestamp, .timestamp = now});
  order.learn(std::vector{shard("0", "", "", true), shard("1", "0")});
  const auto starts = order.take_startable();
  EXPECT_EQ(ids(starts), names{"0"});
  EXPECT_EQ(starts[0].from.type, iterator_type::at_timestamp);
  EXPECT_EQ(starts[0].from.timestamp, now);
}

TEST(ParseStart, ReadsTheThreeForms) {
  EXPECT_EQ(parse_start("TRIM_HORIZON")->where, start_point::kind::trim_horizon);
  EXPECT_EQ(parse_start("LATEST")->where, start_point::kind::latest);
  const auto at = [](const char* text) {
    return unix_ms(parse_start(std::string("AT_TIMESTAMP:") + text).value().timestamp);
  };
  EXPECT_EQ(at("2026-01-31T00:00:00Z"), 1'769'817'600'000);
  EXPECT_EQ(at("2026-01-31T00:00:00.25Z"), 1'769'817'600'250);
  EXPECT_EQ(at("2026-01-31T01:30:00+01:30"), 1'769'817'600'000);
  EXPECT_EQ(at("2026-01-30T22:00:00-02:00"), 1'769'817'600'000);
}

TEST(ParseStart, RefusesAnythingElse) {
  for (const char* text : {"",
                           "trim_horizon",
                           "AT_TIMESTAMP:",
                           "AT_TIMESTAMP:2026-02-30T00:00:00Z",
                           "AT_TIMESTAMP:2026-01-31T24:00:00Z",
                           "AT_TIMESTAMP:2026-01-31",
                           "AT_TIMESTAMP:2026-01-31T00:00:00",
                           "AT_TIMESTAMP:2026-01-31T00:00:00.Z",
                           "AT_TIMESTAMP:2026-01-31T00:00:00Zx",
                           "AT_TIMESTAMP:-026-01-31T00:00:00Z"})
    EXPECT_FALSE(parse_start(text)) << text;
}

}  // namespace
}  // namespace tidewire::relay
