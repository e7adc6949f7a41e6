#include "local/store/journal.hpp"

#include "local/kinesis/service.hpp"
#include "local/store/journal_folder.hpp"
#include "local/wire/cbor.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace tidewire::local {
namespace {

using KinesisJournal = journal_folder;

TEST_F(KinesisJournal, StreamsComeBackWithTheirSequenceNumbers) {
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  const auto call = [&](kinesis_service& k, const char* operation, boost::json::object input) {
    auto done =
        k.handle({.operation = operation, .input = std::move(input), .now = now, .base_url = {}});
    EXPECT_TRUE(done.has_value()) << done.error().message;
    return done.has_value() ? *done : boost::json::object{};
  };
  boost::json::object before;
  boost::json::object next;
  {
    journal j(folder / "j", [](char, std::string_view) {});
    kinesis_service k({.who = {}});
    k.keep_in(j);
    call(k, "CreateStream", {{"StreamName", "s"}, {"ShardCount", 1}, {"Tags", {{"a", "b"}}}});
    call(k, "PutRecord", {{"StreamName", "s"}, {"PartitionKey", "k"}, {"Data", "aGk="}});
    call(k,
         "SplitShard",
         {{"StreamName", "s"},
          {"ShardToSplit", "shardId-000000000000"},
          {"NewStartingHashKey", "1000"}});
    call(k, "CreateStream", {{"StreamName", "gone"}, {"ShardCount", 1}});
    call(k, "DeleteStream", {{"StreamName", "gone"}});
    before = call(k, "DescribeStream", {{"StreamName", "s"}});
  }
  kinesis_service k({.who = {}});
  {
    journal j(folder / "j", [&](char kind, std::string_view payload) { k.replay(kind, payload); });
    k.keep_in(j);
    EXPECT_EQ(call(k, "DescribeStream", {{"StreamName", "s"}}), before);
    EXPECT_EQ(call(k, "ListStreams", {}).at("StreamNames").as_array().size(), 1U);
    next = call(k, "PutRecord", {{"StreamName", "s"}, {"PartitionKey", "k"}, {"Data", "aGk="}});
  }
  kinesis_service third({.who = {}});
  journal j(folder / "j",
            [&](char kind, std::string_view payload) { third.replay(kind, payload); });
  third.keep_in(j);
  const auto after =
      call(third, "PutRecord", {{"StreamName", "s"}, {"PartitionKey", "k"}, {"Data", "aGk="}});
  EXPECT_LT(next.at("SequenceNumber").as_string(), after.at("SequenceNumber").as_string());
}

TEST_F(KinesisJournal, RecordsOfABodyThatWasKeptComeBack) {
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  std::string body;
  cbor::append_head(body, cbor::major_map, 2);
  cbor::append_text(body, "StreamName");
  cbor::append_text(body, "s");
  cbor::append_text(body, "Records");
  cbor::append_head(body, cbor::major_array, 2);
  for (const auto* const key : {"k", "l"}) {
    cbor::append_head(body, cbor::major_map, 2);
    cbor::append_text(body, "Data");
    cbor::append_bytes(body, std::string(20'000, *key));
    cbor::append_text(body, "PartitionKey");
    cbor::append_text(body, key);
  }
  body.shrink_to_fit();
  {
    journal j(folder / "j", [](char, std::string_view) {});
    kinesis_service k({.who = {}});
    k.keep_in(j);
    const auto made = k.handle({.operation = "CreateStream",
                                .input = {{"StreamName", "s"}, {"ShardCount", 1}},
                                .now = now,
                                .base_url = {}});
    ASSERT_TRUE(made.has_value());
    const auto put = k.handle_body({.operation = "PutRecords",
                                    .format = body_format::cbor,
                                    .body = body,
                                    .now = now,
                                    .owner = &body});
    ASSERT_TRUE(put.has_value());
    ASSERT_TRUE(body.empty());
  }
  std::string journalled;
  journal j(folder / "j", [&](char, std::string_view payload) { journalled.append(payload); });
  for (const char key : {'k', 'l'})
    EXPECT_NE(journalled.find(std::string(1, key) + std::string(20'000, key)), std::string::npos);
}

}  // namespace
}  // namespace tidewire::local
