#include "local/store/journal.hpp"

#include "base/startup_error.hpp"
#include "local/kinesis_service.hpp"
#include "local/sqs_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidewire::local {
namespace {

using testing::ElementsAre;

class Journal : public testing::Test {
 protected:
  void SetUp() override {
    folder =
        std::filesystem::temp_directory_path() /
        ("tidewire_journal_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         "_" + testing::UnitTest::GetInstance()->current_test_info()->name() +
         std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::vector<std::string> entries() {
    std::vector<std::string> out;
    journal again(folder / "j", [&](char kind, std::string_view payload) {
      out.push_back(kind + std::string(payload));
    });
    return out;
  }
  void write(const std::string& bytes) { std::ofstream(folder / "j", std::ios::binary) << bytes; }
  std::string bytes() {
    std::ifstream in(folder / "j", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::filesystem::path folder;
};

TEST_F(Journal, GivesBackWhatWasAppended) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "one");
    j.append('b', "");
    j.flush();
  }
  EXPECT_THAT(entries(), ElementsAre("aone", "b"));
}

TEST_F(Journal, CutsOffWhatAKillLeftHalfWritten) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "one");
    j.append('b', "two");
  }
  const std::string whole = bytes();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    write(whole.substr(0, size));
    EXPECT_EQ(entries().size(), size / 12) << size;
  }
  write(whole.substr(0, 20));
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('c', "three");
  }
  EXPECT_THAT(entries(), ElementsAre("aone", "cthree"));
}

TEST_F(Journal, StopsAtADamagedEntry) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "one");
    j.append('b', "two");
  }
  std::string damaged = bytes();
  damaged[10] = 'X';
  write(damaged);
  EXPECT_TRUE(entries().empty());
}

TEST_F(Journal, ARewriteTakesThePlaceOfTheOld) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "old");
    j.begin_rewrite();
    j.append('b', "new");
    j.end_rewrite();
    j.append('c', "later");
    EXPECT_TRUE(j.healthy());
  }
  EXPECT_THAT(entries(), ElementsAre("bnew", "clater"));
}

TEST_F(Journal, AFolderThatIsNotThereIsSaid) {
  EXPECT_THROW(journal(folder / "none" / "j", [](char, std::string_view) {}), startup_error);
}

TEST_F(Journal, StreamsComeBackWithTheirSequenceNumbers) {
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

TEST_F(Journal, MessagesComeBackAsTheyWere) {
  std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  const auto call = [&](sqs_service& s, const char* operation, boost::json::object input) {
    auto done = s.handle(
        {.operation = operation, .input = std::move(input), .now = now, .base_url = "http://h"});
    EXPECT_TRUE(done.has_value()) << done.error().message;
    return done.has_value() ? *done : boost::json::object{};
  };
  const auto body = [](const boost::json::object& received) {
    return received.contains("Messages")
               ? std::string(received.at("Messages").at(0).at("Body").as_string())
               : std::string("none");
  };
  {
    journal j(folder / "j", [](char, std::string_view) {});
    sqs_service s({.who = {}});
    s.keep_in(j);
    call(s, "CreateQueue", {{"QueueName", "q"}});
    for (const auto* const text : {"held", "deleted", "waiting"})
      call(s, "SendMessage", {{"QueueUrl", "q"}, {"MessageBody", text}});
    EXPECT_EQ(body(call(s, "ReceiveMessage", {{"QueueUrl", "q"}})), "held");
    const auto gone = call(s, "ReceiveMessage", {{"QueueUrl", "q"}});
    call(s,
         "DeleteMessage",
         {{"QueueUrl", "q"}, {"ReceiptHandle", gone.at("Messages").at(0).at("ReceiptHandle")}});
  }
  sqs_service s({.who = {}});
  journal j(folder / "j",
            [&](char kind, std::string_view payload) { s.replay(kind, payload, now); });
  s.keep_in(j);
  EXPECT_EQ(body(call(s, "ReceiveMessage", {{"QueueUrl", "q"}})), "waiting");
  EXPECT_EQ(body(call(s, "ReceiveMessage", {{"QueueUrl", "q"}})), "none");
  now += std::chrono::seconds(30);
  const auto held = call(s, "ReceiveMessage", {{"QueueUrl", "q"}, {"AttributeNames", {"All"}}});
  EXPECT_EQ(body(held), "held");
  EXPECT_EQ(held.at("Messages").at(0).at("Attributes").at("ApproximateReceiveCount"), "2");
}

}  // namespace
}  // namespace tidewire::local
