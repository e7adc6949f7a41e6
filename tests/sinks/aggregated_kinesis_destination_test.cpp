#include "sinks/aggregated_kinesis_destination.hpp"

#include "aws/kpl.hpp"
#include "base/base64.hpp"
#include "sinks/scripted_destination.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tidewire::sinks {
namespace {

using ::testing::ElementsAre;

/// Keys "a" and "c" hash into the lower half of the ring, "b" into the upper (MD5 0c…, 4a…, 92…).
const char* const two_shards = R"({"Shards":[
  {"ShardId":"low","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"170141183460469231731687303715884105727"},
   "SequenceNumberRange":{"StartingSequenceNumber":"1"}},
  {"ShardId":"high","HashKeyRange":{"StartingHashKey":"170141183460469231731687303715884105728",
   "EndingHashKey":"340282366920938463463374607431768211455"},"SequenceNumberRange":{"StartingSequenceNumber":"1"}}]})";

class AggregatedKinesisDestination : public scripted_destination {
 protected:
  aggregated_kinesis_destination destination(kinesis_destination::options how = {}) {
    return {aws::kinesis_client(service_.client("kinesis"), aws::kinesis_protocol::json),
            std::move(how)};
  }
  static encoded_request three_records() {
    encoded_request what("s");
    what.add("a", "1").add("b", "2").add("c", "3");
    return what;
  }
  std::string sent(std::size_t request, std::size_t record, const char* member) const {
    return std::string(service_.json(request).at("Records").at(record).at(member).as_string());
  }
  std::vector<std::string> events(std::size_t request, std::size_t record) const {
    const std::string data = from_base64(sent(request, record, "Data")).value();
    std::vector<std::string> all;
    for (const auto& one : aws::deaggregate("", data)) all.emplace_back(one.data);
    return all;
  }
};

TEST_F(AggregatedKinesisDestination, PutsTheRecordsOfAShardIntoOneAndALoneOneAsItIs) {
  service_.then(200, two_shards);
  service_.then(
      200,
      R"({"Records":[{"SequenceNumber":"1","ShardId":"low"},{"SequenceNumber":"1","ShardId":"high"}]})");
  auto to = destination();
  EXPECT_EQ(fates(send(to, three_records())),
            (std::vector{fate::durable, fate::durable, fate::durable}));
  EXPECT_EQ(service_.json(1).at("Records").as_array().size(), 2U);
  EXPECT_THAT(events(1, 0), ElementsAre("1", "3"));
  EXPECT_EQ(sent(1, 0, "ExplicitHashKey"), "0");
  EXPECT_EQ(sent(1, 1, "PartitionKey"), "b");
  EXPECT_EQ(from_base64(sent(1, 1, "Data")).value(), "2");
}

TEST_F(AggregatedKinesisDestination, CountsTheBytesOfWhatWentAndIsDurable) {
  service_.then(200, two_shards);
  service_.then(
      200,
      R"({"Records":[{"SequenceNumber":"1","ShardId":"low"},{"ErrorCode":"InternalFailure","ErrorMessage":"-"}]})");
  encoded_request what("s");
  for (int i = 0; i < 20; ++i) what.add("a", std::string(900, 'x'));
  what.add("b", "lost");
  auto to = destination({.aggregates = compression::zstd});
  const report answer = send(to, what);
  const std::string packed = from_base64(sent(1, 0, "Data")).value();
  EXPECT_LT(packed.size(), 300U);
  EXPECT_EQ(answer.durable_bytes, std::string("a").size() + packed.size());
}

TEST_F(AggregatedKinesisDestination, CompressesAnAggregateAsAWholeAndALoneValueByItself) {
  service_.then(200, two_shards);
  service_.then(
      200,
      R"({"Records":[{"SequenceNumber":"1","ShardId":"low"},{"SequenceNumber":"1","ShardId":"high"}]})");
  const std::string value = "{" + std::string(900, 'x') + "}";
  encoded_request what("s");
  for (int i = 0; i < 20; ++i) what.add("a", value);
  what.add("b", value);
  auto to = destination({.aggregates = compression::zstd});
  EXPECT_EQ(fates(send(to, what)), std::vector<fate>(21, fate::durable));
  unpacker reader;
  const std::string many = from_base64(sent(1, 0, "Data")).value();
  EXPECT_LT(many.size(), 300U);
  const auto inside = aws::deaggregate("", reader.unpack(many).value());
  ASSERT_EQ(inside.size(), 20U);
  EXPECT_EQ(inside[19].data, value);
  EXPECT_EQ(sent(1, 1, "PartitionKey"), "b");
  EXPECT_EQ(reader.unpack(from_base64(sent(1, 1, "Data")).value()).value(), value);
}

TEST_F(AggregatedKinesisDestination, AsksForTheShardsOnce) {
  service_.then(200, two_shards);
  const char* const taken =
      R"({"Records":[{"SequenceNumber":"1","ShardId":"low"},{"SequenceNumber":"1","ShardId":"high"}]})";
  service_.then(200, taken);
  service_.then(200, taken);
  auto to = destination();
  send(to, three_records());
  send(to, three_records());
  EXPECT_EQ(service_.seen.size(), 3U);
}

TEST_F(AggregatedKinesisDestination, ARefusedAggregateIsRefusedForEachOfItsRecords) {
  service_.then(200, two_shards);
  service_.then(200, R"({"FailedRecordCount":1,"Records":[
    {"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded"},{"SequenceNumber":"1","ShardId":"high"}]})");
  auto to = destination();
  const report out = send(to, three_records());
  EXPECT_EQ(fates(out), (std::vector{fate::slow_down, fate::durable, fate::slow_down}));
  EXPECT_EQ(out.reason, "ProvisionedThroughputExceededException: Rate exceeded");
}

TEST_F(AggregatedKinesisDestination, AnAggregateThatAReshardTookElsewhereGoesAgainByTheNewShards) {
  service_.then(200, two_shards);
  service_.then(
      200,
      R"({"Records":[{"SequenceNumber":"1","ShardId":"child"},{"SequenceNumber":"1","ShardId":"high"}]})");
  service_.then(200, two_shards);
  service_.then(
      200,
      R"({"Records":[{"SequenceNumber":"1","ShardId":"low"},{"SequenceNumber":"1","ShardId":"high"}]})");
  auto to = destination();
  EXPECT_EQ(fates(send(to, three_records())),
            (std::vector{fate::again, fate::durable, fate::again}));
  EXPECT_EQ(fates(send(to, three_records())),
            (std::vector{fate::durable, fate::durable, fate::durable}));
  EXPECT_EQ(service_.seen.size(), 4U) << "the shards were asked for again";
}

TEST_F(AggregatedKinesisDestination, WaitsForAStreamThatIsMissing) {
  service_.then(400, R"({"__type":"ResourceNotFoundException","message":"Stream s not found."})");
  auto to = destination();
  const report out = send(to, three_records());
  EXPECT_EQ(fates(out), (std::vector{fate::again, fate::again, fate::again}));
  EXPECT_EQ(out.reason, "ResourceNotFoundException: Stream s not found.");
}

}  // namespace
}  // namespace tidewire::sinks
