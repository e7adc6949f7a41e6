#include "local/store/journal.hpp"

#include "local/sqs/service.hpp"
#include "local/store/journal_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace tidewire::local {
namespace {

using SqsJournal = journal_folder;

TEST_F(SqsJournal, MessagesComeBackAsTheyWere) {
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
