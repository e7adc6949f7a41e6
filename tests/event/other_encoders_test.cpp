#include "event/heartbeat_encoder.hpp"
#include "event/message_encoder.hpp"
#include "event/streams.hpp"
#include "event/transaction_encoder.hpp"
#include "golden_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tidewire::event {
namespace {

struct outputs {
  options how;
  streams names;
  record_buffer buffer;
  single_output out{buffer};

  outputs() {
    how.topic_prefix = "dbserver1";
    how.database = "golden";
  }
  std::string key(std::size_t index) const {
    return std::string(buffer.key(buffer.records.at(index)));
  }
  std::string value(std::size_t index) const {
    return std::string(buffer.value(buffer.records.at(index)));
  }
};

TEST(MessageEncoder, WritesTheVeryRecordsThatDebeziumWrote) {
  const auto expected = test::golden_records("message_default");
  outputs o;
  message_encoder encoder(o.how, o.names, o.out);
  change_context context = test::context_of(expected[3]);
  encoder.message("foo", "transactional é", true, context);
  EXPECT_EQ(o.buffer.records[0].destination->name, expected[3].stream);
  EXPECT_EQ(o.key(0), expected[3].key);
  EXPECT_EQ(o.value(0), expected[3].value);
}

TEST(MessageEncoder, HidesTheTransactionOfAMessageOutsideIt) {
  outputs o;
  o.how.value_schemas = false;
  message_encoder encoder(o.how, o.names, o.out);
  change_context context;
  context.position = lsn{9};
  context.xid = 5;
  context.time_us = 1'000;
  context.now_ms = 77;
  encoder.message("bar", "x", false, context);
  EXPECT_EQ(
      o.value(0),
      R"({"op":"m","ts_ms":77,"source":{"version":"2.5.3.Final","connector":"postgresql","name":"dbserver1",)"
      R"("ts_ms":77,"snapshot":"false","db":"golden","sequence":"[null,\"9\"]","schema":"","table":"",)"
      R"("txId":null,"lsn":9,"xmin":null},"message":{"prefix":"bar","content":"eA=="}})");
}

TEST(MessageEncoder, WritesContentByTheModeOfBinaries) {
  outputs o;
  o.how.binaries = binary_mode::hex;
  message_encoder encoder(o.how, o.names, o.out);
  change_context context;
  encoder.message("bar", "\xFF\x01", true, context);
  EXPECT_THAT(o.value(0),
              testing::HasSubstr(R"({"type":"string","optional":true,"field":"content"})"));
  EXPECT_THAT(o.value(0), testing::EndsWith(R"("content":"ff01"}}})"));
}

TEST(MessageEncoder, KeepsToTheListsOfPrefixes) {
  outputs o;
  o.how.message_prefixes_included = regex_list::parse("foo.*");
  message_encoder included(o.how, o.names, o.out);
  change_context context;
  included.message("bar", "", true, context);
  EXPECT_TRUE(o.buffer.records.empty());
  included.message("foo1", "", true, context);
  EXPECT_EQ(o.buffer.records.size(), 1U);

  outputs p;
  p.how.message_prefixes_excluded = regex_list::parse("foo.*");
  message_encoder excluded(p.how, p.names, p.out);
  excluded.message("foo1", "", true, context);
  EXPECT_TRUE(p.buffer.records.empty());
}

TEST(HeartbeatEncoder, WritesTheVeryRecordThatDebeziumWrote) {
  const auto expected = test::golden_records("heartbeat");
  outputs o;
  heartbeat_encoder encoder(o.how, o.names, o.out);
  simdjson::dom::parser parser;
  change_context context;
  context.now_ms = parser.parse(expected[1].value)["payload"]["ts_ms"].get_int64().value();
  encoder.beat(context);
  EXPECT_EQ(o.buffer.records[0].destination->name, expected[1].stream);
  EXPECT_EQ(o.key(0), expected[1].key);
  EXPECT_EQ(o.value(0), expected[1].value);
}

TEST(TransactionEncoder, ForgetsTheCountsOfTheTransactionBefore) {
  outputs o;
  o.how.value_schemas = false;
  transaction_encoder encoder(o.how, o.names, o.out);
  change_context context;
  context.xid = 1;
  context.position = lsn{10};
  EXPECT_FALSE(encoder.open());
  encoder.begin(context);
  EXPECT_TRUE(encoder.open());
  EXPECT_EQ(encoder.next("public.a").in_table, 1U);
  EXPECT_EQ(encoder.next("public.a").in_table, 2U);
  EXPECT_EQ(encoder.next("public.b").total, 3U);
  encoder.end(context);
  encoder.begin(context);
  encoder.end(context);
  EXPECT_EQ(o.value(3),
            R"({"status":"END","id":"1:10","event_count":0,"data_collections":[],"ts_ms":0})");
  EXPECT_EQ(o.buffer.records[0].destination->name, "dbserver1.transaction");
}

TEST(TransactionEncoder, ListsTheTablesLikeAJavaMap) {
  outputs o;
  o.how.value_schemas = false;
  transaction_encoder encoder(o.how, o.names, o.out);
  change_context context;
  encoder.begin(context);
  encoder.next("public.p1");
  encoder.next("public.p2");
  encoder.end(context);
  EXPECT_THAT(o.value(1),
              testing::HasSubstr(R"([{"data_collection":"public.p2","event_count":1},)"
                                 R"({"data_collection":"public.p1","event_count":1}])"));
}

TEST(Streams, GivesTheSameStreamForTheSameName) {
  streams names;
  const stream* const first = names.intern("a");
  for (int i = 0; i < 1000; ++i) names.intern("stream" + std::to_string(i));
  EXPECT_EQ(names.intern("a"), first);
  EXPECT_EQ(first->index, 0U);
  EXPECT_EQ(names.count(), 1001U);
}

}  // namespace
}  // namespace tidewire::event
