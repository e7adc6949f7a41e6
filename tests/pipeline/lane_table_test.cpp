#include "pipeline/lane_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace tidewire::pipeline {
namespace {

/// A record of a hash that the test chooses: which bucket it wants, and what it collides with.
record_state record_of(std::uint64_t lane_hash, std::uint32_t stream_index = 0) {
  record_state r;
  r.lane_hash = lane_hash;
  r.stream_index = stream_index;
  return r;
}

TEST(LaneTable, TheSameKeyOfTwoStreamsIsTwoLanesAlsoWhereTheirHashesAreEqual) {
  record_state a = record_of(7, 0);
  record_state b = record_of(7, 1);
  record_state c = record_of(7, 1);
  lane_table t;
  EXPECT_TRUE(t.append(a));
  EXPECT_TRUE(t.append(b));
  EXPECT_FALSE(t.append(c));
  EXPECT_EQ(t.lane_count(), 2U);
  EXPECT_EQ(&t.first_of(c), &b);
  EXPECT_EQ(t.remove(a), nullptr);
  EXPECT_EQ(t.remove(b), &c);
  EXPECT_EQ(&t.first_of(c), &c);
}

TEST(LaneTable, LanesBehindOneThatGoesAreStillFound) {
  // 1023 is the last bucket of a small table: what finds it taken goes on at the first.
  std::vector<record_state> records;
  for (const std::uint64_t hash : {1023U, 2047U, 1023U + 2048U, 1024U, 1U, 1025U})
    records.push_back(record_of(hash));
  for (std::size_t gone = 0; gone < records.size(); ++gone) {
    lane_table t;
    for (record_state& r : records) ASSERT_TRUE(t.append(r));
    EXPECT_EQ(t.remove(records[gone]), nullptr);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i == gone) continue;
      EXPECT_EQ(&t.first_of(records[i]), &records[i]) << gone << ' ' << i;
    }
    EXPECT_TRUE(t.append(records[gone])) << gone;
    EXPECT_EQ(t.lane_count(), records.size());
  }
}

TEST(LaneTable, ARecordInTheMiddleOfItsLaneLeavesTheOthersInOrder) {
  std::vector<record_state> records(4, record_of(5));
  lane_table t;
  for (record_state& r : records) t.append(r);
  EXPECT_EQ(t.remove(records[2]), nullptr);
  EXPECT_EQ(t.remove(records[3]), nullptr);
  EXPECT_EQ(t.remove(records[0]), &records[1]);
  record_state last = record_of(5);
  EXPECT_FALSE(t.append(last));
  EXPECT_EQ(t.remove(records[1]), &last);
  EXPECT_EQ(t.remove(last), nullptr);
  EXPECT_EQ(t.lane_count(), 0U);
}

/// Against a map of queues: many lanes whose hashes lie close together, and more than the table
/// begins with.
TEST(LaneTable, KeepsTheQueuesThatAMapWouldKeep) {
  std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): the same steps each time
  constexpr std::size_t records_max = 5000;
  std::deque<record_state> records(records_max);
  std::vector<record_state*> idle;
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::deque<record_state*>> lanes;
  for (record_state& r : records) idle.push_back(&r);
  lane_table t;
  const auto check_lane = [&](record_state& r) {
    const auto& lane = lanes.at({r.lane_hash, r.stream_index});
    ASSERT_EQ(&t.first_of(r), lane.front());
  };
  for (int step = 0; step < 200'000; ++step) {
    const bool filling = step / 20'000 % 2 == 0;
    if (!idle.empty() && (random() % 4 < (filling ? 3U : 1U) || lanes.empty())) {
      record_state& r = *idle.back();
      idle.pop_back();
      r = record_of(random() % 4096 * (random() % 2 + 1), random() % 2);
      auto& lane = lanes[{r.lane_hash, r.stream_index}];
      ASSERT_EQ(t.append(r), lane.empty());
      lane.push_back(&r);
      check_lane(r);
    } else {
      auto found = lanes.lower_bound({random() % 8192, 0});
      if (found == lanes.end()) found = lanes.begin();
      auto& lane = found->second;
      record_state& r = *lane[random() % std::min<std::size_t>(lane.size(), 3)];
      const bool is_first = &r == lane.front();
      record_state* const next = t.remove(r);
      std::erase(lane, &r);
      ASSERT_EQ(next, is_first && !lane.empty() ? lane.front() : nullptr);
      if (lane.empty())
        lanes.erase(found);
      else
        check_lane(*lane.back());
      idle.push_back(&r);
    }
    ASSERT_EQ(t.lane_count(), lanes.size());
  }
}

}  // namespace
}  // namespace tidewire::pipeline
