#include "local/kinesis/service.hpp"

#include "base/base64.hpp"
#include "local/kinesis/service_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(Kinesis, AnIteratorLivesFiveMinutes) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  const std::string from = iterator();
  EXPECT_LE(from.size(), 512U);
  now += 5min;
  EXPECT_FALSE(get(from).contains("error"));
  now += 1ms;
  EXPECT_THAT(
      std::string(get(from).at("error").as_string()),
      HasSubstr("ExpiredIteratorException: Iterator expired. The iterator was created at time "));
}

TEST_F(Kinesis, AnIteratorOfADeletedStreamDoesNotReadItsSuccessor) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  const std::string from = iterator();
  good("DeleteStream", R"({"StreamName":"s"})");
  now += 1s;
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_THAT(std::string(get(from).at("error").as_string()),
              HasSubstr("ResourceNotFoundException"));
}

TEST_F(Kinesis, RecordsAndClosedShardsExpireWithTheRetention) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  put(3);
  good("SplitShard",
       R"({"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1000"})");
  now += 23h;
  service.tick(now);
  EXPECT_EQ(get(iterator()).at("Records").as_array().size(), 3U);
  now += 2h;
  service.tick(now);
  EXPECT_EQ(good("ListShards", R"({"StreamName":"s"})").at("Shards").as_array().size(), 2U);
}

TEST_F(Kinesis, TrimmedRecordsKeepTheirNumbersForTheRest) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  put(2);
  now += 20h;
  const auto later = put(1);
  now += 5h;
  const auto read = get(iterator());
  ASSERT_EQ(read.at("Records").as_array().size(), 1U);
  EXPECT_EQ(read.at("Records").at(0).at("SequenceNumber"),
            later.at("Records").at(0).at("SequenceNumber"));
}

TEST_F(Kinesis, GetRecordsStopsAtItsLimitAndAtTenMebibytes) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  for (int i = 0; i < 12; ++i) put(1, 1'000'000);
  const auto first = get(iterator());
  EXPECT_EQ(first.at("Records").as_array().size(), 10U);
  EXPECT_EQ(get(iterator(), 4).at("Records").as_array().size(), 4U);
  const auto rest = get(std::string(first.at("NextShardIterator").as_string()));
  EXPECT_EQ(rest.at("Records").as_array().size(), 2U);
  EXPECT_EQ(rest.at("MillisBehindLatest"), 0);
}

TEST_F(Kinesis, ToldHowFarBehindAReaderIs) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  put(1);
  now += 3s;
  put(1);
  now += 2s;
  EXPECT_EQ(get(iterator(), 1).at("MillisBehindLatest"), 2000);
}

TEST_F(Kinesis, SequenceNumbersRiseFromParentToChild) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  const std::string before(put(1).at("Records").at(0).at("SequenceNumber").as_string());
  good("SplitShard",
       R"({"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1000"})");
  const auto shards = good("ListShards", R"({"StreamName":"s"})").at("Shards").as_array();
  const std::string ending(
      shards.at(0).at("SequenceNumberRange").at("EndingSequenceNumber").as_string());
  const std::string after(put(1).at("Records").at(0).at("SequenceNumber").as_string());
  EXPECT_EQ(before.size(), 56U);
  EXPECT_LT(before, ending);
  EXPECT_LT(ending, after);
}

TEST_F(Kinesis, AShardTakesAThousandRecordsASecondUnderQuotas) {
  quotas = true;
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_EQ(put(500).at("FailedRecordCount"), 0);
  EXPECT_EQ(put(500).at("FailedRecordCount"), 0);
  EXPECT_EQ(put(10).at("FailedRecordCount"), 10);
  now += 5ms;
  EXPECT_EQ(put(10).at("FailedRecordCount"), 5);
  EXPECT_THAT(refusal("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":""})"),
              HasSubstr("ProvisionedThroughputExceededException"));
}

TEST_F(Kinesis, AShardTakesAMebibyteASecondUnderQuotas) {
  quotas = true;
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_EQ(put(15, 100'000).at("FailedRecordCount"), 5);
  now += 1s;
  EXPECT_EQ(put(10, 100'000).at("FailedRecordCount"), 0);
}

TEST_F(Kinesis, AShardRestsFiveSecondsAfterTenMebibytesUnderQuotas) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  for (int i = 0; i < 11; ++i) put(1, 1'000'000);
  quotas = true;
  const auto first = get(iterator());
  const std::string next(first.at("NextShardIterator").as_string());
  now += 4s;
  EXPECT_TRUE(get(next).contains("error"));
  now += 1s;
  EXPECT_EQ(get(next).at("Records").as_array().size(), 1U);
}

TEST_F(Kinesis, AShardIsReadFiveTimesASecondUnderQuotas) {
  quotas = true;
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  const auto from = iterator();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(get(from).contains("error"));
  EXPECT_TRUE(get(from).contains("error"));
  now += 200ms;
  EXPECT_FALSE(get(from).contains("error"));
}

TEST_F(Kinesis, PartialFailuresComeFromTheSeed) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  fault_source one({.partial = 0.3}, 7);
  faults = &one;
  const auto failed = put(500).at("FailedRecordCount").to_number<int>();
  EXPECT_GT(failed, 100);
  EXPECT_LT(failed, 200);
  fault_source two({.partial = 0.3}, 7);
  faults = &two;
  EXPECT_EQ(put(500).at("FailedRecordCount").to_number<int>(), failed);
}

class KinesisOfLittleMemory : public Kinesis {
 protected:
  static constexpr std::size_t bytes_max = 3'000'000;
  static constexpr std::size_t record_bytes = 500'000;

  KinesisOfLittleMemory()
      : Kinesis({.who = {}, .bytes_max = bytes_max, .warn = [this](const std::string&) {
                   ++warnings;
                 }}) {}

  void create(const char* stream) {
    const json::object input{{"StreamName", stream}, {"ShardCount", 1}};
    good("CreateStream", json::serialize(input).c_str());
  }
  void put_one_by_one(int count, const char* stream) {
    for (int i = 0; i < count; ++i, now += 1ms) put(1, record_bytes, stream);
  }
  std::size_t kept_bytes(const char* stream) {
    const std::string from = iterator("TRIM_HORIZON", "shardId-000000000000", stream);
    return get(from).at("Records").as_array().size() * record_bytes;
  }

  int warnings = 0;
};

TEST_F(KinesisOfLittleMemory, TheOldestRecordsGo) {
  create("s");
  put_one_by_one(20, "s");
  EXPECT_LE(kept_bytes("s"), bytes_max);
  EXPECT_GE(kept_bytes("s"), bytes_max / 2);
  EXPECT_EQ(warnings, 1);
}

TEST_F(KinesisOfLittleMemory, AStreamThatIsWrittenToNoMoreGivesUpItsLastRecords) {
  create("old");
  put_one_by_one(1, "old");
  create("new");
  put_one_by_one(20, "new");
  EXPECT_EQ(kept_bytes("old"), 0U);
  EXPECT_LE(kept_bytes("new"), bytes_max);
  EXPECT_GE(kept_bytes("new"), bytes_max / 2);
}

TEST_F(KinesisOfLittleMemory, ManyStreamsAreBoundedTogether) {
  std::size_t kept = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "s" + std::to_string(i);
    create(name.c_str());
    put_one_by_one(1, name.c_str());
  }
  for (int i = 0; i < 20; ++i) kept += kept_bytes(("s" + std::to_string(i)).c_str());
  EXPECT_LE(kept, bytes_max);
  EXPECT_GE(kept, bytes_max / 2);
  EXPECT_EQ(kept_bytes("s19"), record_bytes);
}

TEST_F(Kinesis, BadCallsAreNamedMemberByMember) {
  EXPECT_EQ(refusal("CreateStream", R"({"ShardCount":0})"),
            "ValidationException: 2 validation errors detected: Value null at 'streamName' failed "
            "to satisfy constraint: Member must not be null; "
            "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value "
            "greater than or equal to 1");
  EXPECT_THAT(refusal("CreateStream", R"({"StreamName":"a b","ShardCount":1})"),
              HasSubstr("regular expression pattern: [a-zA-Z0-9_.-]+"));
  EXPECT_THAT(refusal("CreateStream", R"({"StreamName":7,"ShardCount":1})"),
              HasSubstr("SerializationException"));
  EXPECT_THAT(refusal("DescribeStream", R"({"StreamName":"none"})"),
              HasSubstr("Stream none under account 000000000000 not found."));
  EXPECT_THAT(refusal("DescribeStream", "{}"), HasSubstr("InvalidArgumentException"));
  EXPECT_THAT(refusal("DescribeStream", R"({"StreamARN":"arn:aws:sqs:x"})"),
              HasSubstr("ValidationException"));
  EXPECT_THAT(refusal("FlyToTheMoon", "{}"), HasSubstr("UnknownOperationException"));
}

TEST_F(Kinesis, ShardsAreFilteredByTime) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  now += 10s;
  good("SplitShard",
       R"({"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1000"})");
  const auto count = [&](const char* filter) {
    return good("ListShards",
                (std::string(R"({"StreamName":"s","ShardFilter":)") + filter + "}").c_str())
        .at("Shards")
        .as_array()
        .size();
  };
  EXPECT_EQ(count(R"({"Type":"AT_LATEST"})"), 2U);
  EXPECT_EQ(count(R"({"Type":"AT_TRIM_HORIZON"})"), 1U);
  EXPECT_EQ(count(R"({"Type":"FROM_TRIM_HORIZON"})"), 3U);
  EXPECT_EQ(count(R"({"Type":"AFTER_SHARD_ID","ShardId":"shardId-000000000001"})"), 1U);
  EXPECT_EQ(count(R"({"Type":"AT_TIMESTAMP","Timestamp":1800000005})"), 1U);
  EXPECT_EQ(count(R"({"Type":"FROM_TIMESTAMP","Timestamp":1800000005})"), 3U);
}

TEST(HashKeys, AreReadAndWrittenAsDecimals) {
  EXPECT_EQ(to_string(hash_key_max), "340282366920938463463374607431768211455");
  EXPECT_EQ(parse_hash_key("340282366920938463463374607431768211455"), hash_key_max);
  for (const auto* const bad : {"",
                                "01",
                                "-1",
                                "1a",
                                "340282366920938463463374607431768211456",
                                "999999999999999999999999999999999999999999"})
    EXPECT_FALSE(parse_hash_key(bad).has_value()) << bad;
}

TEST(HashKeys, RangesCoverTheRingEvenly) {
  for (const std::size_t count : {1U, 2U, 3U, 4U, 7U, 100U}) {
    const auto ranges = even_ranges(count);
    ASSERT_EQ(ranges.size(), count);
    EXPECT_EQ(ranges.front().first, 0U);
    EXPECT_EQ(ranges.back().second, hash_key_max);
    for (std::size_t i = 1; i < count; ++i) EXPECT_EQ(ranges[i].first, ranges[i - 1].second + 1);
  }
  EXPECT_EQ(to_string(even_ranges(3)[0].second), "113427455640312821154458202477256070484");
  EXPECT_EQ(to_string(even_ranges(2)[0].second), "170141183460469231731687303715884105727");
}

TEST(SequenceNumbers, LeadBackToTheirRecords) {
  shard one(3, 0, hash_key_max, 1'800'000'000'123);
  for (std::uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(one.index_of(one.sequence_number(i), false), i);
    EXPECT_EQ(one.index_of(one.sequence_number(i), true), i + 1);
  }
  EXPECT_EQ(one.index_of(one.starting_sequence_number(), false), 0U);
  EXPECT_EQ(one.index_of(one.starting_sequence_number(), true), 0U);
  EXPECT_FALSE(one.index_of("1", false).has_value());
  EXPECT_FALSE(
      one.index_of(shard(4, 0, 1, 1'800'000'000'123).sequence_number(0), false).has_value());
}

}  // namespace
}  // namespace tidewire::local
