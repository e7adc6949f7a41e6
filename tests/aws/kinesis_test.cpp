#include "aws/kinesis.hpp"

#include "aws/scripted_service.hpp"

#include <gmock/gmock.h>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using tidewire::testing::scripted_service;

const char* const cbor_type = "application/x-amz-cbor-1.1";
const char* const json_type = "application/x-amz-json-1.1";

/// An answer in the format of the request, written by `write`.
scripted_service::step answer(std::function<void(body_writer&)> write) {
  return [write](const http::request& r) {
    http::answer a;
    const std::string type(http::find_header(r.headers, "content-type"));
    body_writer out(a.message.body, type == cbor_type ? body_format::cbor : body_format::json);
    write(out);
    a.message.headers.push_back({"Content-Type", type});
    return a;
  };
}

void write_put_answer(body_writer& out, const std::vector<std::string>& errors) {
  out.begin_map(2);
  out.integer("FailedRecordCount", std::count_if(errors.begin(), errors.end(), [](const auto& e) {
                return !e.empty();
              }));
  out.key("Records");
  out.begin_array(errors.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    out.begin_map(2);
    out.text(errors[i].empty() ? "SequenceNumber" : "ErrorCode",
             errors[i].empty() ? "4957" + std::to_string(i) : errors[i]);
    out.text(errors[i].empty() ? "ShardId" : "ErrorMessage",
             errors[i].empty() ? "shardId-000000000000" : "Rate exceeded for shard");
    out.end_map();
  }
  out.end_array();
  out.end_map();
}

scripted_service::step put_answer(std::vector<std::string> errors) {
  return answer([errors = std::move(errors)](body_writer& out) { write_put_answer(out, errors); });
}

const std::string binary("\0\xFF\"data\"", 8);
const std::vector<put_record> two_records{
    {"key-1", {}, binary},
    {"key \"2\" \xC3\xA9", "170141183460469231731687303715884105728", "{\"a\":1}"}};

class Kinesis : public ::testing::TestWithParam<kinesis_protocol> {
 protected:
  kinesis_client client() { return {service_.client("kinesis"), GetParam()}; }
  bool is_json() const { return GetParam() == kinesis_protocol::json; }
  document::value body(std::size_t i) {
    const bool read = service_.header(i, "content-type") == json_type
                          ? document_.parse_json(service_.seen.at(i).body)
                          : document_.parse_cbor(service_.seen.at(i).body);
    EXPECT_TRUE(read);
    return document_.root();
  }
  scripted_service service_;
  document document_;
};

TEST_P(Kinesis, PutsRecordsAndTellsThoseThatWereNotTaken) {
  service_.then(put_answer({"", "ProvisionedThroughputExceededException"}));
  auto c = client();
  const auto failures = service_.run(c.put_records("stream", two_records));
  ASSERT_TRUE(failures) << describe(failures.error());
  ASSERT_EQ(failures->size(), 1U);
  EXPECT_EQ((*failures)[0].place, 1U);
  EXPECT_EQ((*failures)[0].why.what, remedy::slow_down);

  EXPECT_EQ(service_.header(0, "x-amz-target"), "Kinesis_20131202.PutRecords");
  EXPECT_EQ(service_.header(0, "content-type"), is_json() ? json_type : cbor_type);
  const auto sent = body(0);
  EXPECT_EQ(sent["StreamName"].text(), "stream");
  EXPECT_EQ(sent["Records"].size(), 2U);
  const auto first = sent["Records"].first();
  EXPECT_EQ(first["Data"].blob(), two_records[0].data);
  EXPECT_EQ(first["PartitionKey"].text(), "key-1");
  EXPECT_FALSE(first["ExplicitHashKey"].present());
  EXPECT_EQ(first.next()["Data"].blob(), two_records[1].data);
  EXPECT_EQ(first.next()["PartitionKey"].text(), two_records[1].partition_key);
  EXPECT_EQ(first.next()["ExplicitHashKey"].text(), two_records[1].explicit_hash_key);
}

TEST_P(Kinesis, ARecordThatWentToAnotherShardThanItWasMeantForIsAFailure) {
  service_.then(put_answer({"", ""}));
  auto c = client();
  std::vector<put_record> records(two_records.begin(), two_records.end());
  records[0].expected_shard = "shardId-000000000000";
  records[1].expected_shard = "shardId-000000000001";
  const auto failures = service_.run(c.put_records("stream", records));
  ASSERT_TRUE(failures) << describe(failures.error());
  ASSERT_EQ(failures->size(), 1U);
  EXPECT_EQ((*failures)[0].place, 1U);
  EXPECT_EQ((*failures)[0].why.code, wrong_shard);
  EXPECT_EQ((*failures)[0].why.what, remedy::retry);
}

TEST_P(Kinesis, NamesAStreamByItsArnWhereThatIsGiven) {
  service_.then(put_answer({"", ""}));
  auto c = client();
  ASSERT_TRUE(service_.run(c.put_records("arn:aws:kinesis:eu-west-1:1:stream/s", two_records)));
  EXPECT_EQ(body(0)["StreamARN"].text(), "arn:aws:kinesis:eu-west-1:1:stream/s");
}

TEST_P(Kinesis, AnAnswerWithFewerRecordsIsNotBelieved) {
  service_.then(put_answer({""}));
  auto c = client();
  const auto results = service_.run(c.put_records("stream", two_records));
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().what, remedy::retry);
}

TEST_P(Kinesis, PutRecordsIsTriedOnceOnly) {
  service_.then(put_answer({"", ""}));
  service_.then(400,
                is_json() ? R"({"__type":"LimitExceededException"})"
                          : "\xA1\x66__type\x76LimitExceededException");
  auto c = client();
  ASSERT_TRUE(service_.run(c.put_records("stream", two_records)));
  const auto failed = service_.run(c.put_records("stream", two_records));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "LimitExceededException");
  EXPECT_EQ(failed.error().what, remedy::slow_down);
  EXPECT_EQ(service_.seen.size(), 2U);
}

TEST_P(Kinesis, ReadsRecordsWithBlobsTimesAndChildren) {
  const std::string blob("\x00\x01\xFEraw", 6);
  service_.then(answer([&](body_writer& out) {
    out.begin_map(4);
    out.key("Records");
    out.begin_array(1);
    out.begin_map(4);
    out.key("ApproximateArrivalTimestamp");
    out.time_ms(1'795'330'911'123);
    out.key("Data");
    out.blob(blob);
    out.text("PartitionKey", "k");
    out.text("SequenceNumber", "495");
    out.end_map();
    out.end_array();
    out.text("NextShardIterator", "next");
    out.integer("MillisBehindLatest", 17);
    out.key("ChildShards");
    out.begin_array(1);
    out.begin_map(3);
    out.text("ShardId", "child");
    out.key("ParentShards");
    out.begin_array(2);
    out.text("p1");
    out.text("p2");
    out.end_array();
    out.key("HashKeyRange");
    out.begin_map(2);
    out.text("StartingHashKey", "0");
    out.text("EndingHashKey", "9");
    out.end_map();
    out.end_map();
    out.end_array();
    out.end_map();
  }));
  auto c = client();
  const auto page = service_.run(c.get_records("iterator", 1000));
  ASSERT_TRUE(page) << describe(page.error());
  ASSERT_EQ(page->records.size(), 1U);
  EXPECT_EQ(page->records[0].data, blob);
  EXPECT_EQ(page->records[0].partition_key, "k");
  EXPECT_EQ(page->records[0].sequence_number, "495");
  EXPECT_EQ(page->records[0].arrival_ms, 1'795'330'911'123);
  EXPECT_EQ(page->next_iterator, "next");
  EXPECT_EQ(page->behind_latest_ms, 17);
  ASSERT_EQ(page->children.size(), 1U);
  EXPECT_EQ(page->children[0].id, "child");
  EXPECT_EQ(page->children[0].parent_id, "p1");
  EXPECT_EQ(page->children[0].adjacent_parent_id, "p2");
  EXPECT_EQ(page->children[0].ending_hash_key, "9");
  EXPECT_EQ(body(0)["Limit"].integer(), 1000);
}

TEST_P(Kinesis, AClosedShardHasNoNextIterator) {
  service_.then(answer([](body_writer& out) {
    out.begin_map(1);
    out.key("Records");
    out.begin_array(0);
    out.end_array();
    out.end_map();
  }));
  auto c = client();
  EXPECT_EQ(service_.run(c.get_records("iterator", 1))->next_iterator, "");
}

TEST_P(Kinesis, ListsShardsOverAllPages) {
  for (const auto* token : {"more", ""})
    service_.then(answer([token](body_writer& out) {
      const bool more = *token != 0;
      out.begin_map(more ? 2 : 1);
      if (more) out.text("NextToken", token);
      out.key("Shards");
      out.begin_array(1);
      out.begin_map(4);
      out.text("ShardId", more ? "shard-0" : "shard-1");
      out.text("ParentShardId", "parent");
      out.key("HashKeyRange");
      out.begin_map(0);
      out.end_map();
      out.key("SequenceNumberRange");
      out.begin_map(2);
      out.text("StartingSequenceNumber", "1");
      out.text("EndingSequenceNumber", "2");
      out.end_map();
      out.end_map();
      out.end_array();
      out.end_map();
    }));
  auto c = client();
  const auto shards = service_.run(c.list_shards("stream"));
  ASSERT_TRUE(shards);
  ASSERT_EQ(shards->size(), 2U);
  EXPECT_EQ((*shards)[0].id, "shard-0");
  EXPECT_EQ((*shards)[1].id, "shard-1");
  EXPECT_EQ((*shards)[1].parent_id, "parent");
  EXPECT_EQ((*shards)[1].ending_sequence_number, "2");
  EXPECT_EQ(body(0)["StreamName"].text(), "stream");
  EXPECT_EQ(body(1)["NextToken"].text(), "more");
  EXPECT_FALSE(body(1)["StreamName"].present());
}

TEST_P(Kinesis, AsksForIteratorsOfEveryType) {
  auto c = client();
  const std::chrono::system_clock::time_point at{std::chrono::milliseconds(1'795'330'911'123)};
  const std::vector<std::pair<iterator_request, const char*>> requests{
      {{"s", "shard", iterator_type::trim_horizon, {}, {}}, "TRIM_HORIZON"},
      {{"s", "shard", iterator_type::latest, {}, {}}, "LATEST"},
      {{"s", "shard", iterator_type::at_sequence_number, "49", {}}, "AT_SEQUENCE_NUMBER"},
      {{"s", "shard", iterator_type::after_sequence_number, "49", {}}, "AFTER_SEQUENCE_NUMBER"},
      {{"s", "shard", iterator_type::at_timestamp, {}, at}, "AT_TIMESTAMP"}};
  for (std::size_t i = 0; i < requests.size(); ++i) {
    service_.then(answer([](body_writer& out) {
      out.begin_map(1);
      out.text("ShardIterator", "it");
      out.end_map();
    }));
    EXPECT_EQ(service_.run(c.get_shard_iterator(requests[i].first)).value(), "it");
    const auto sent = body(i);
    EXPECT_EQ(sent["ShardIteratorType"].text(), requests[i].second);
    EXPECT_EQ(sent["StartingSequenceNumber"].text(), requests[i].first.sequence_number);
    EXPECT_EQ(sent["Timestamp"].present(), requests[i].first.type == iterator_type::at_timestamp);
    if (sent["Timestamp"].present()) {
      EXPECT_EQ(service_.header(i, "content-type"),
                GetParam() == kinesis_protocol::cbor ? cbor_type : json_type);
      EXPECT_EQ(sent["Timestamp"].time_ms(), 1'795'330'911'123);
    }
  }
}

TEST_P(Kinesis, CreatesDescribesAndListsStreams) {
  service_.then(200, "");
  service_.then(answer([](body_writer& out) {
    out.begin_map(1);
    out.key("StreamDescriptionSummary");
    out.begin_map(4);
    out.text("StreamName", "s");
    out.text("StreamARN", "arn");
    out.text("StreamStatus", "ACTIVE");
    out.integer("OpenShardCount", 3);
    out.end_map();
    out.end_map();
  }));
  for (const bool more : {true, false})
    service_.then(answer([more](body_writer& out) {
      out.begin_map(2);
      out.key("HasMoreStreams");
      out.boolean(more);
      out.key("StreamNames");
      out.begin_array(1);
      out.text(more ? "a" : "b");
      out.end_array();
      out.end_map();
    }));
  auto c = client();
  EXPECT_TRUE(service_.run(c.create_stream("s", 3)));
  const auto summary = service_.run(c.describe_stream_summary("s"));
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->status, "ACTIVE");
  EXPECT_EQ(summary->open_shards, 3);
  EXPECT_EQ(service_.run(c.list_streams()).value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(body(3)["ExclusiveStartStreamName"].text(), "a");
}

INSTANTIATE_TEST_SUITE_P(Protocols,
                         Kinesis,
                         ::testing::Values(kinesis_protocol::automatic,
                                           kinesis_protocol::cbor,
                                           kinesis_protocol::json),
                         [](const auto& about) {
                           return about.param == kinesis_protocol::automatic ? "automatic"
                                  : about.param == kinesis_protocol::cbor    ? "cbor"
                                                                             : "json";
                         });

struct refusal {
  const char* name;
  unsigned status;
  std::string body;
  std::string type;
};
class KinesisRefusesCbor : public ::testing::TestWithParam<refusal> {};

TEST_P(KinesisRefusesCbor, AndIsSpokenToInJsonForGood) {
  scripted_service service;
  const auto& r = GetParam();
  service.then(r.status, r.body, {{"Content-Type", r.type}});
  service.then(put_answer({"", ""}));
  service.then(put_answer({"", ""}));
  kinesis_client c(service.client("kinesis"), kinesis_protocol::automatic);
  ASSERT_TRUE(service.run(c.put_records("stream", two_records)));
  ASSERT_TRUE(service.run(c.put_records("stream", two_records)));
  ASSERT_EQ(service.seen.size(), 3U);
  EXPECT_EQ(service.header(0, "content-type"), cbor_type);
  EXPECT_EQ(service.header(1, "content-type"), json_type);
  EXPECT_EQ(service.header(2, "content-type"), json_type);
}

INSTANTIATE_TEST_SUITE_P(
    InEveryWay,
    KinesisRefusesCbor,
    ::testing::Values(
        refusal{"serialization", 400, R"({"__type":"SerializationException"})", json_type},
        refusal{"unknown_operation",
                400,
                R"({"__type":"com.amazon.coral.service#UnknownOperationException"})",
                json_type},
        refusal{"unknown_operation_short", 404, R"({"__type":"UnknownOperation"})", json_type},
        refusal{"unsupported_type", 415, "", "text/plain"},
        refusal{"server_error", 500, "<html>Internal Server Error</html>", "text/html"},
        refusal{"unreadable", 400, "cannot decode byte 0xa2", "text/plain"}),
    [](const auto& about) { return about.param.name; });

TEST(KinesisProtocol, AServerErrorAfterCborWasUnderstoodIsAStumble) {
  scripted_service service;
  service.then(put_answer({"", ""}));
  service.then(500, "");
  service.then(put_answer({"", ""}));
  kinesis_client c(service.client("kinesis"), kinesis_protocol::automatic);
  ASSERT_TRUE(service.run(c.put_records("stream", two_records)));
  const auto failed = service.run(c.put_records("stream", two_records));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, remedy::retry);
  ASSERT_TRUE(service.run(c.put_records("stream", two_records)));
  EXPECT_EQ(service.header(2, "content-type"), cbor_type);
}

TEST(KinesisProtocol, WhatIsToldInCborIsNoRefusalOfCbor) {
  const struct {
    unsigned status;
    std::string code;
  } answers[] = {{400, "ResourceNotFoundException"}, {500, "InternalFailure"}};
  for (const auto& [status, code] : answers) {
    std::string body = "\xA1\x66__type\x78";
    body.push_back(static_cast<char>(code.size()));
    scripted_service service;
    service.then(status, body + code, {{"Content-Type", cbor_type}});
    service.then(put_answer({"", ""}));
    kinesis_client c(service.client("kinesis"), kinesis_protocol::automatic);
    const auto failed = service.run(c.put_records("stream", two_records));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, code);
    ASSERT_TRUE(service.run(c.put_records("stream", two_records)));
    EXPECT_EQ(service.header(1, "content-type"), cbor_type) << code;
  }
}

TEST(KinesisProtocol, CborOnlyMeansThat) {
  scripted_service service;
  service.then(415, "");
  kinesis_client c(service.client("kinesis"), kinesis_protocol::cbor);
  EXPECT_FALSE(service.run(c.put_records("stream", two_records)));
  EXPECT_EQ(service.seen.size(), 1U);
}

TEST(KinesisProtocol, TheFirstCallIsRetriedLikeAnyOther) {
  scripted_service service;
  service.then(400, R"({"__type":"LimitExceededException"})", {{"Content-Type", json_type}});
  service.then(answer([](body_writer& out) {
    out.begin_map(1);
    out.key("Shards");
    out.begin_array(0);
    out.end_array();
    out.end_map();
  }));
  kinesis_client c(service.client("kinesis"), kinesis_protocol::automatic);
  EXPECT_TRUE(service.run(c.list_shards("stream")));
  EXPECT_EQ(service.header(1, "content-type"), cbor_type);
}

}  // namespace
