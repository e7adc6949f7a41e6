#include "sinks/aggregator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::sinks {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> data_of(aggregator::group& of) {
  std::vector<std::string> all;
  for (const auto& record : aws::deaggregate("", of.writer.finish())) all.emplace_back(record.data);
  return all;
}

TEST(Aggregator, PutsTheRecordsOfAShardTogetherInTheirOrder) {
  aggregator made(1000);
  made.begin(3);
  made.add(2, "a", "1");
  made.add(0, "b", "2");
  made.add(2, "c", "3");
  ASSERT_EQ(made.groups().size(), 2U);
  EXPECT_EQ(made.groups()[0].shard, 2U);
  EXPECT_THAT(made.groups()[0].members, ElementsAre(0U, 2U));
  EXPECT_THAT(data_of(made.groups()[0]), ElementsAre("1", "3"));
  EXPECT_EQ(made.groups()[1].shard, 0U);
  EXPECT_THAT(made.groups()[1].members, ElementsAre(1U));
  EXPECT_EQ(made.groups()[1].first_key, "b");
  EXPECT_EQ(made.groups()[1].first_data, "2");
}

TEST(Aggregator, BeginsAnotherRecordWhereOneIsFull) {
  constexpr std::size_t record_bytes_max = 1000;
  aggregator made(record_bytes_max);
  made.begin(1);
  const std::string data(300, 'x');
  for (int i = 0; i < 10; ++i) made.add(0, "key", data);
  std::size_t records = 0;
  for (auto& group : made.groups()) {
    records += group.members.size();
    EXPECT_GT(group.members.size(), 1U);
    EXPECT_LE(group.writer.finish().size(), record_bytes_max);
  }
  EXPECT_EQ(records, 10U);
  EXPECT_GT(made.groups().size(), 2U);
}

TEST(Aggregator, ARecordOverTheLimitIsAloneInItsGroup) {
  aggregator made(100);
  made.begin(1);
  const std::string large(500, 'x');
  made.add(0, "a", "small");
  made.add(0, "b", large);
  made.add(0, "c", "small");
  ASSERT_EQ(made.groups().size(), 3U);
  EXPECT_THAT(made.groups()[1].members, ElementsAre(1U));
}

TEST(Aggregator, BeginsEachRequestAnew) {
  aggregator made(1000);
  made.begin(1);
  made.add(0, "a", "1");
  made.begin(2);
  EXPECT_TRUE(made.groups().empty());
  made.add(1, "b", "2");
  ASSERT_EQ(made.groups().size(), 1U);
  EXPECT_THAT(made.groups()[0].members, ElementsAre(0U));
  EXPECT_EQ(made.groups()[0].first_data, "2");
  made.add(1, "c", "3");
  EXPECT_THAT(data_of(made.groups()[0]), ElementsAre("2", "3"));
}

TEST(Aggregator, DoesNotCopyARecordThatIsAlone) {
  aggregator made(1000);
  made.begin(1);
  const std::string large(1'000'000, 'x');
  made.add(0, "a", large);
  EXPECT_EQ(made.groups()[0].first_data.data(), large.data());
  EXPECT_LT(made.memory_bytes(), 1000U);
}

TEST(Aggregator, SaysWhatItKeepsForTheNextRequest) {
  aggregator made(10'000);
  made.begin(1);
  const std::string data(4000, 'x');
  made.add(0, "a", data);
  made.add(0, "b", data);
  EXPECT_GE(made.memory_bytes(), 8000U);
  made.begin(1);
  EXPECT_GE(made.memory_bytes(), 8000U);
}

}  // namespace
}  // namespace tidewire::sinks
