#include "local/store/journal.hpp"

#include "local/kinesis/service.hpp"
#include "local/store/journal_folder.hpp"

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

}  // namespace
}  // namespace tidewire::local
