#include "sinks/kinesis_destination.hpp"

#include "sinks/legal_key.hpp"
#include "sinks/scripted_destination.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidewire::sinks {
namespace {

class KinesisDestination : public scripted_destination {
 protected:
  kinesis_destination destination(kinesis_destination::options how = {}) {
    return {aws::kinesis_client(service_.client("kinesis"), aws::kinesis_protocol::json),
            std::move(how)};
  }
  std::string key_sent(std::size_t record) const {
    return std::string(service_.json(0).at("Records").at(record).at("PartitionKey").as_string());
  }
};

const char* const taken = R"({"SequenceNumber":"1","ShardId":"shardId-000000000000"})";

std::string answer(const std::vector<std::string>& records, int failed) {
  std::string text = R"({"FailedRecordCount":)" + std::to_string(failed) + R"(,"Records":[)";
  for (const auto& one : records) text += (text.back() == '[' ? "" : ",") + one;
  return text + "]}";
}

TEST_F(KinesisDestination, PutsValuesUnderTheirKeysAndTombstonesAsEmptyRecords) {
  service_.then(200, answer({taken, taken, taken}, 0));
  auto to = destination({.null_key = "nothing"});
  encoded_request what("inventory.products");
  what.add(R"({"id":1})", R"({"op":"d"})").add(R"({"id":1})", "").add("", "{}", false);
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::durable, fate::durable, fate::durable}));
  EXPECT_EQ(service_.json(0).at("StreamName").as_string(), "inventory.products");
  EXPECT_EQ(service_.json(0).at("Records").at(0).at("Data").as_string(), "eyJvcCI6ImQifQ==");
  EXPECT_EQ(service_.json(0).at("Records").at(1).at("Data").as_string(), "");
  EXPECT_EQ(key_sent(0), R"({"id":1})");
  EXPECT_EQ(key_sent(2), "nothing");
}

TEST_F(KinesisDestination, HashesKeysThatNoPartitionKeyMayBe) {
  service_.then(200, answer({taken, taken, taken}, 0));
  auto to = destination();
  const std::string longest = std::string(255, 'k') + "\xC3\xA9", too_long(257, 'k');
  encoded_request what("s");
  what.add("", "1").add(longest, "2").add(too_long, "3");
  send(to, what);
  EXPECT_EQ(key_sent(0), sha256_hex(""));
  EXPECT_EQ(key_sent(1), longest) << "256 characters, counted as such";
  EXPECT_EQ(key_sent(2), sha256_hex(too_long));
}

TEST_F(KinesisDestination, SaysWhichRecordsOfARequestGotThrough) {
  service_.then(
      200,
      answer(
          {taken,
           R"({"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded"})",
           R"({"ErrorCode":"InternalFailure","ErrorMessage":"Internal Service Failure"})"},
          2));
  auto to = destination();
  encoded_request what("s");
  what.add("a", "1").add("b", "2").add("c", "3");
  const report out = send(to, what);
  EXPECT_EQ(fates(out), (std::vector{fate::durable, fate::slow_down, fate::again}));
  EXPECT_EQ(out.reason, "ProvisionedThroughputExceededException: Rate exceeded");
  EXPECT_FALSE(out.unreachable);
}

TEST_F(KinesisDestination, WaitsForAStreamThatIsMissing) {
  service_.then(400, R"({"__type":"ResourceNotFoundException","message":"Stream s not found."})");
  auto to = destination();
  encoded_request what("s");
  what.add("a", "1").add("b", "2");
  const report out = send(to, what);
  EXPECT_EQ(fates(out), (std::vector{fate::again, fate::again}));
  EXPECT_FALSE(out.unreachable) << "other streams may be there";
}

TEST_F(KinesisDestination, ACutConnectionIsAnOutageOfTheWholeSink) {
  service_.then_reset();
  auto to = destination();
  encoded_request what("s");
  what.add("a", "1");
  const report out = send(to, what);
  EXPECT_EQ(fates(out), (std::vector{fate::again}));
  EXPECT_TRUE(out.unreachable);
}

TEST_F(KinesisDestination, AValidationErrorBlamesARecordOnlyWhereItIsTooLarge) {
  const char* const refusal = R"({"__type":"ValidationException","message":"1 validation error"})";
  auto to = destination();
  service_.then(400, refusal);
  encoded_request small("s");
  small.add("a", "1");
  EXPECT_EQ(fates(send(to, small)), (std::vector{fate::again}));
  service_.then(400, refusal);
  encoded_request large("s");
  large.add("a", std::string(1024U * 1024U, 'x'));
  const report out = send(to, large);
  EXPECT_EQ(fates(out), (std::vector{fate::refused}));
  EXPECT_EQ(out.reason, "ValidationException: 1 validation error");
  EXPECT_EQ(to.limits().shared_bytes_max, 1024U * 1024U) << "such a record goes alone";
}

TEST_F(KinesisDestination, ARecordThatNoStreamTakesIsRefusedWithoutBeingSent) {
  auto to = destination();
  encoded_request what("s");
  what.add("a", std::string(10U * 1024U * 1024U + 1, 'x'));
  const report out = send(to, what);
  EXPECT_EQ(fates(out), (std::vector{fate::refused}));
  EXPECT_NE(out.reason.find("10485761"), std::string::npos) << out.reason;
  EXPECT_TRUE(service_.seen.empty());
}

}  // namespace
}  // namespace tidewire::sinks
