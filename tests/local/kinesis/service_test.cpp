#include "local/kinesis/service.hpp"

#include "base/base64.hpp"
#include "local/call/fault_source.hpp"
#include "local/wire/cbor.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

class Kinesis : public testing::Test {
 protected:
  explicit Kinesis(kinesis_service::options how = {.who = {}}) : service(std::move(how)) {}

  std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  kinesis_service service;
  bool quotas = false;
  fault_source* faults = nullptr;

  reply call(std::string operation, const char* input) {
    return service.handle({.operation = std::move(operation),
                           .input = json::parse(input).as_object(),
                           .now = now,
                           .base_url = {},
                           .faults = faults,
                           .quotas = quotas});
  }
  json::object good(std::string operation, const char* input) {
    auto done = call(std::move(operation), input);
    EXPECT_FALSE(done.has_error()) << done.error().code << done.error().message;
    return done.has_error() ? json::object{} : *done;
  }
  std::string refusal(std::string operation, const char* input) {
    const auto done = call(std::move(operation), input);
    return done.has_error() ? done.error().code + ": " + done.error().message : "accepted";
  }
  kinesis_service::body_reply body(std::string_view operation, const json::value& input) {
    const std::string text = json::serialize(input);
    return service.handle_body({.operation = operation,
                                .format = body_format::json,
                                .body = text,
                                .now = now,
                                .faults = faults,
                                .quotas = quotas});
  }
  json::object put(int count, std::size_t size = 1, const char* stream = "s") {
    json::array records;
    for (int i = 0; i < count; ++i)
      records.push_back(json::object{{"Data", to_base64(std::string(size, 'x'))},
                                     {"PartitionKey", "k" + std::to_string(i)}});
    const auto done =
        body("PutRecords", json::object{{"StreamName", stream}, {"Records", records}});
    EXPECT_FALSE(done.has_error()) << done.error().message;
    return json::parse(done->bytes).as_object();
  }
  std::string iterator(const char* type = "TRIM_HORIZON",
                       const char* shard = "shardId-000000000000",
                       const char* stream = "s") {
    const json::object input{
        {"StreamName", stream}, {"ShardId", shard}, {"ShardIteratorType", type}};
    return std::string(
        good("GetShardIterator", json::serialize(input).c_str()).at("ShardIterator").as_string());
  }
  json::object get(const std::string& from, int limit = 10'000) {
    const auto done = body("GetRecords", json::object{{"ShardIterator", from}, {"Limit", limit}});
    if (done.has_error()) return {{"error", done.error().code + ": " + done.error().message}};
    return json::parse(done->bytes).as_object();
  }
};

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

TEST(RecordLog, FindsTrimsAndKeepsIndexes) {
  record_log log;
  const std::string data(100'000, 'd');
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(log.append("key" + std::to_string(i), data, 1000 + i), static_cast<std::uint64_t>(i));
  EXPECT_EQ(log.at(57).partition_key, "key57");
  EXPECT_EQ(log.first_arrived_at(1042), 42U);
  EXPECT_EQ(log.first_arrived_at(0), 0U);
  EXPECT_EQ(log.first_arrived_at(9999), 100U);
  log.trim_before(1042);
  EXPECT_EQ(log.first_index(), 42U);
  EXPECT_EQ(log.at(42).partition_key, "key42");
  EXPECT_LT(log.stored_bytes(), 70U * 100'010U);
  EXPECT_GT(log.drop_oldest_segment(), 0U);
  EXPECT_GT(log.first_index(), 42U);
  log.trim_before(99999);
  EXPECT_EQ(log.first_index(), log.end_index());
  EXPECT_EQ(log.append("again", "", 5), 100U);
  EXPECT_EQ(log.at(100).arrival_ms, 1099);
}

/// PutRecords in CBOR whose body the service may take.
class KinesisBodies : public Kinesis {
 protected:
  explicit KinesisBodies(kinesis_service::options how = {.who = {}}) : Kinesis(std::move(how)) {}

  static std::string body_of(int count, std::size_t size) {
    std::string body;
    cbor::append_head(body, cbor::major_map, 2);
    cbor::append_text(body, "StreamName");
    cbor::append_text(body, "s");
    cbor::append_text(body, "Records");
    cbor::append_head(body, cbor::major_array, static_cast<std::uint64_t>(count));
    for (int i = 0; i < count; ++i) {
      cbor::append_head(body, cbor::major_map, 2);
      cbor::append_text(body, "Data");
      cbor::append_bytes(body, std::string(size, static_cast<char>('a' + i % 26)));
      cbor::append_text(body, "PartitionKey");
      cbor::append_text(body, "k" + std::to_string(i));
    }
    body.shrink_to_fit();  // as it is received
    return body;
  }
  /// \return whether the service took the body.
  bool put_body(std::string body, body_format format = body_format::cbor) {
    const auto done = service.handle_body({.operation = "PutRecords",
                                           .format = format,
                                           .body = body,
                                           .now = now,
                                           .faults = faults,
                                           .quotas = quotas,
                                           .owner = &body});
    EXPECT_FALSE(done.has_error()) << done.error().message;
    return body.empty();
  }
};

TEST_F(KinesisBodies, AreKeptWithTheirRecords) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  put(1);
  EXPECT_TRUE(put_body(body_of(100, 570)));
  EXPECT_TRUE(put_body(body_of(30, 1000)));
  put(1);
  const auto read = get(iterator());
  const auto& records = read.at("Records").as_array();
  ASSERT_EQ(records.size(), 132U);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto& record = records[1 + i];
    EXPECT_EQ(record.at("PartitionKey"), json::string("k" + std::to_string(i)));
    EXPECT_EQ(from_base64(record.at("Data").as_string()).value(),
              std::string(570, static_cast<char>('a' + i % 26)));
  }
  for (std::size_t i = 1; i < records.size(); ++i)
    EXPECT_LT(records[i - 1].at("SequenceNumber").as_string(),
              records[i].at("SequenceNumber").as_string());
}

TEST_F(KinesisBodies, AreNotKeptWhereThatIsNoGain) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_FALSE(put_body(body_of(10, 570))) << "small";
  EXPECT_FALSE(put_body(body_of(500, 40))) << "mostly names";
  std::string spacious = body_of(100, 570);
  spacious.reserve(spacious.size() * 2);
  EXPECT_FALSE(put_body(std::move(spacious))) << "mostly room";
  const std::string data = to_base64(std::string(40'000, 'x'));
  EXPECT_FALSE(
      put_body(R"({"StreamName":"s","Records":[{"Data":")" + data + R"(","PartitionKey":"k"}]})",
               body_format::json));
  quotas = true;  // some of its records may be refused
  EXPECT_FALSE(put_body(body_of(100, 570)));
  EXPECT_EQ(get(iterator()).at("Records").as_array().size(), 711U);
}

TEST_F(KinesisBodies, OfSeveralShardsAreNotKept) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":2})");
  EXPECT_FALSE(put_body(body_of(100, 570)));
  std::size_t found = 0;
  for (const auto* const shard : {"shardId-000000000000", "shardId-000000000001"})
    found += get(iterator("TRIM_HORIZON", shard)).at("Records").as_array().size();
  EXPECT_EQ(found, 100U);
}

class BoundedKinesisBodies : public KinesisBodies {
 protected:
  BoundedKinesisBodies() : KinesisBodies({.who = {}, .bytes_max = 1'000'000}) {}
};

TEST_F(BoundedKinesisBodies, GoOldestFirstAsAllRecordsDo) {
  good("CreateStream", R"({"StreamName":"s","ShardCount":1})");
  EXPECT_FALSE(put_body(body_of(250, 570))) << "too large a share of the memory";
  for (int i = 0; i < 40; ++i) EXPECT_TRUE(put_body(body_of(100, 570)));
  const auto records = get(iterator()).at("Records").as_array();
  // Each body has 57,190 bytes of records: 17 have room.
  EXPECT_EQ(records.size(), 1700U);
  EXPECT_EQ(records[0].at("PartitionKey"), "k0");
}

}  // namespace
}  // namespace tidewire::local
