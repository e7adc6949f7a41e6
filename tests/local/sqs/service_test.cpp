#include "local/sqs/service.hpp"

#include "base/clock.hpp"
#include "local/call/fault_source.hpp"
#include "local/sqs/queues_fixture.hpp"

#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace tidewire::local {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(Sqs, AMessageIsHiddenForItsVisibilityTimeout) {
  const auto url = queue("q", {{"VisibilityTimeout", "10"}});
  send(url, "m");
  EXPECT_THAT(bodies(url), ElementsAre("m"));
  now += 9999ms;
  EXPECT_THAT(bodies(url), IsEmpty());
  EXPECT_EQ(service.due("q"), now + 1ms);
  now += 1ms;
  EXPECT_THAT(bodies(url), ElementsAre("m"));
}

TEST_F(Sqs, AMessageIsForgottenAfterItsRetention) {
  const auto url = queue("q", {{"MessageRetentionPeriod", "60"}});
  send(url, "m");
  now += 61s;
  EXPECT_THAT(bodies(url), IsEmpty());
}

TEST_F(Sqs, ArrivalsAreAnnounced) {
  const auto url = queue("q");
  send(url, "m");
  EXPECT_THAT(arrivals, ElementsAre("q"));
}

TEST_F(Sqs, ARepeatWithinFiveMinutesIsOneMessage) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}});
  const auto first = send(url, "m", "g", "id");
  now += 299s;
  const auto repeat = send(url, "another", "g", "id");
  EXPECT_EQ(repeat.at("MessageId"), first.at("MessageId"));
  EXPECT_EQ(repeat.at("SequenceNumber"), first.at("SequenceNumber"));
  now += 1s;
  EXPECT_NE(send(url, "third", "g", "id").at("MessageId"), first.at("MessageId"));
  EXPECT_THAT(bodies(url), ElementsAre("m", "third"));
}

TEST_F(Sqs, ARepeatOfADeletedMessageIsStillARepeat) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  send(url, "m", "g");
  good("DeleteMessage",
       {{"QueueUrl", url}, {"ReceiptHandle", receive(url).at(0).at("ReceiptHandle")}});
  send(url, "m", "h");
  EXPECT_THAT(bodies(url), IsEmpty());
}

TEST_F(Sqs, GroupsMayDeduplicateApart) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}, {"DeduplicationScope", "messageGroup"}});
  send(url, "a", "g", "id");
  send(url, "b", "h", "id");
  EXPECT_THAT(bodies(url), ElementsAre("a", "b"));
}

TEST_F(Sqs, AGroupWaitsForItsMessagesInFlight) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}, {"VisibilityTimeout", "10"}});
  for (const auto* const body : {"1", "2", "3"}) send(url, body, "g", body);
  send(url, "x", "h", "x");
  const auto first = receive(url, 2);
  EXPECT_EQ(first.at(1).at("Body"), "2");
  EXPECT_THAT(bodies(url), ElementsAre("x"));
  good("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", first.at(0).at("ReceiptHandle")}});
  EXPECT_THAT(bodies(url), IsEmpty());
  now += 10s;
  EXPECT_THAT(bodies(url), ElementsAre("2", "3", "x"));
}

TEST_F(Sqs, AnExpiredReceiptDoesNotDeleteFromAFifoQueue) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}, {"VisibilityTimeout", "10"}});
  send(url, "1", "g", "1");
  const auto handle = receive(url).at(0).at("ReceiptHandle");
  now += 11s;
  EXPECT_THAT(refusal("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}),
              HasSubstr("The receipt handle has expired."));
}

TEST_F(Sqs, AnOldReceiptOfAStandardQueueDoesNothing) {
  const auto url = queue("q", {{"VisibilityTimeout", "0"}});
  send(url, "1");
  const auto old = receive(url).at(0).at("ReceiptHandle");
  const auto fresh = receive(url).at(0).at("ReceiptHandle");
  good("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", old}});
  EXPECT_THAT(bodies(url), ElementsAre("1"));
  EXPECT_NE(old, fresh);
}

TEST_F(Sqs, VisibilityIsLimitedToTwelveHoursInAll) {
  const auto url = queue("q");
  send(url, "1");
  const auto handle = receive(url).at(0).at("ReceiptHandle");
  now += 10s;
  EXPECT_THAT(
      refusal("ChangeMessageVisibility",
              {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 43'200}}),
      HasSubstr("beyond the limit [43200 seconds]"));
  good("ChangeMessageVisibility",
       {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 43'190}});
  good("ChangeMessageVisibility",
       {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 0}});
  EXPECT_THAT(bodies(url), ElementsAre("1"));
}

TEST_F(Sqs, ADeletedMessageCannotChangeItsVisibility) {
  const auto url = queue("q", {{"VisibilityTimeout", "1"}});
  send(url, "1");
  const auto handle = receive(url).at(0).at("ReceiptHandle");
  now += 2s;
  EXPECT_THAT(refusal("ChangeMessageVisibility",
                      {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 5}}),
              HasSubstr("MessageNotInflight"));
  good("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}});
  EXPECT_THAT(refusal("ChangeMessageVisibility",
                      {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 5}}),
              HasSubstr("Message does not exist"));
}

TEST_F(Sqs, AFifoGroupGoesOnAfterItsPoisonIsGivenUp) {
  queue("dead.fifo", {{"FifoQueue", "true"}});
  const auto url = queue(
      "q.fifo",
      {{"FifoQueue", "true"},
       {"VisibilityTimeout", "1"},
       {"RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":"1"})"}});
  send(url, "poison", "g", "1");
  send(url, "next", "g", "2");
  EXPECT_THAT(bodies(url, 1), ElementsAre("poison"));
  now += 2s;
  EXPECT_THAT(bodies(url, 1), ElementsAre("next"));
  const auto dead = receive("http://here:1/000000000000/dead.fifo");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead.at(0).at("Attributes").at("DeadLetterQueueSourceArn"),
            "arn:aws:sqs:us-east-1:000000000000:q.fifo");
  EXPECT_EQ(dead.at(0).at("Attributes").at("SentTimestamp"), "1800000000000");
}

TEST_F(Sqs, ADeadLetterQueueMustExistAndBeOfTheSameKind) {
  queue("plain");
  const json::object policy{
      {"RedrivePolicy",
       R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:plain","maxReceiveCount":1})"}};
  json::object fifo = policy;
  fifo["FifoQueue"] = "true";
  EXPECT_THAT(refusal("CreateQueue", {{"QueueName", "q.fifo"}, {"Attributes", fifo}}),
              HasSubstr("same type of queue"));
  const json::object none{
      {"RedrivePolicy",
       R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":1})"}};
  EXPECT_THAT(refusal("CreateQueue", {{"QueueName", "q"}, {"Attributes", none}}),
              HasSubstr("Dead letter target does not exist."));
  EXPECT_EQ(refusal("CreateQueue", {{"QueueName", "q"}, {"Attributes", policy}}), "accepted");
}

TEST_F(Sqs, ADeadLetterQueueSaysWhoMayNameIt) {
  const std::string arn = "arn:aws:sqs:us-east-1:000000000000:";
  const auto allow = [&](const std::string& policy) {
    return refusal("SetQueueAttributes",
                   {{"QueueUrl", "dead"}, {"Attributes", {{"RedriveAllowPolicy", policy}}}});
  };
  const auto name_it = [&](const char* name) {
    return refusal("CreateQueue",
                   {{"QueueName", name},
                    {"Attributes",
                     {{"RedrivePolicy",
                       R"({"maxReceiveCount":1,"deadLetterTargetArn":")" + arn + "dead\"}"}}}});
  };
  queue("dead");
  EXPECT_EQ(allow(R"({"redrivePermission":"denyAll"})"), "accepted");
  EXPECT_THAT(name_it("a"), HasSubstr("does not allow this source queue"));
  EXPECT_EQ(allow(R"({"redrivePermission":"byQueue","sourceQueueArns":[")" + arn + R"(a"]})"),
            "accepted");
  EXPECT_EQ(name_it("a"), "accepted");
  EXPECT_THAT(name_it("b"), HasSubstr("does not allow this source queue"));
  EXPECT_EQ(allow(R"({"redrivePermission":"allowAll"})"), "accepted");
  EXPECT_EQ(name_it("b"), "accepted");
  for (const auto* const bad : {"{}",
                                R"({"redrivePermission":"some"})",
                                R"({"redrivePermission":"byQueue"})",
                                R"({"redrivePermission":"byQueue","sourceQueueArns":[]})",
                                R"({"redrivePermission":"denyAll","sourceQueueArns":["a"]})"})
    EXPECT_THAT(allow(bad), HasSubstr("InvalidAttributeValue")) << bad;
}

TEST_F(Sqs, QueueNamesAndAttributesAreChecked) {
  EXPECT_THAT(refusal("CreateQueue", {{"QueueName", "a b"}}),
              HasSubstr("Can only include alphanumeric characters"));
  EXPECT_THAT(refusal("CreateQueue", {{"QueueName", std::string(81, 'a')}}),
              HasSubstr("1 to 80 in length"));
  EXPECT_THAT(refusal("CreateQueue", {{"QueueName", "a.fifo"}}),
              HasSubstr("InvalidParameterValue"));
  EXPECT_THAT(refusal("CreateQueue", {{"QueueName", "a"}, {"Attributes", {{"FifoQueue", "true"}}}}),
              HasSubstr("must end with .fifo suffix"));
  EXPECT_THAT(
      refusal("CreateQueue", {{"QueueName", "a"}, {"Attributes", {{"DelaySeconds", "901"}}}}),
      HasSubstr("InvalidAttributeValue"));
  EXPECT_THAT(
      refusal("CreateQueue",
              {{"QueueName", "a"}, {"Attributes", {{"ContentBasedDeduplication", "true"}}}}),
      HasSubstr("InvalidAttributeName"));
  EXPECT_THAT(refusal("SendMessage", {{"QueueUrl", "http://x/1/none"}, {"MessageBody", "m"}}),
              HasSubstr("QueueDoesNotExist"));
}

TEST_F(Sqs, EventBridgeSendsWithoutAProtocolBetween) {
  queue("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  const std::string arn = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
  EXPECT_TRUE(
      service.send(arn, {.body = "b", .group_id = "g", .attributes = {{"RULE_ARN", "r"}}}, now)
          .sent);
  EXPECT_TRUE(service.send(arn, {.body = "b", .group_id = "g"}, now).sent);
  EXPECT_THAT(bodies("x/q.fifo"), ElementsAre("b"));
  EXPECT_EQ(service.send(arn, {.body = "b"}, now).error_code, "MissingParameter");
  EXPECT_EQ(service.send("arn:aws:sqs:us-east-1:000000000000:none", {.body = "b"}, now).error_code,
            "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_FALSE(service.send("nonsense", {.body = "b"}, now).sent);
}

TEST_F(Sqs, AFifoQueueTakesThreeHundredCallsASecondUnderQuotas) {
  quotas = true;
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}});
  for (int i = 0; i < 300; ++i) send(url, "m", "g", std::to_string(i).c_str());
  EXPECT_THAT(refusal("SendMessage",
                      {{"QueueUrl", url},
                       {"MessageBody", "m"},
                       {"MessageGroupId", "g"},
                       {"MessageDeduplicationId", "x"}}),
              HasSubstr("RequestThrottled"));
}

TEST_F(Sqs, ALargeBlockedGroupDoesNotSlowTheOthers) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}});
  const std::clock_t begun = std::clock();
  for (int i = 0; i < 20'000; ++i) send(url, "m", "g", std::to_string(i).c_str());
  const std::clock_t sent = std::clock();
  receive(url, 1);
  for (int i = 0; i < 1000; ++i) EXPECT_THAT(bodies(url, 1), IsEmpty());
  EXPECT_LT(std::clock() - sent, sent - begun) << "the processor's time, however busy it is";
}

class SqsOf64KiB : public Sqs {
 protected:
  SqsOf64KiB() : Sqs(64UL * 1024) {}

  /// Sends until a send is refused, and says how many went.
  int fill(const std::string& url, const std::string& body) {
    json::object input{{"QueueUrl", url}, {"MessageBody", body}};
    if (url.ends_with(".fifo")) input["MessageGroupId"] = "g";
    for (int sent = 0;; ++sent) {
      if (url.ends_with(".fifo")) input["MessageDeduplicationId"] = body + std::to_string(sent);
      const auto done = call("SendMessage", input);
      if (!done.has_error()) continue;
      EXPECT_EQ(done.error().code, "RequestThrottled");
      return sent;
    }
  }
};

TEST_F(SqsOf64KiB, MessagesThatNobodyReceivesAreBounded) {
  const auto url = queue("q");
  const auto other = queue("other");
  const int sent = fill(url, std::string(1000, 'x'));
  EXPECT_GT(sent, 20);
  EXPECT_LT(sent, 64);
  EXPECT_EQ(fill(other, "y"), 0);  // all queues together
  EXPECT_EQ(warnings.size(), 1U);
  EXPECT_EQ(service.send("arn:aws:sqs:us-east-1:000000000000:q", {.body = "b"}, now).error_code,
            "RequestThrottled");

  const auto batch =
      good("SendMessageBatch",
           {{"QueueUrl", url}, {"Entries", json::array{{{"Id", "a"}, {"MessageBody", "z"}}}}});
  EXPECT_EQ(batch.at("Failed").at(0).at("Code"), "RequestThrottled");
  EXPECT_EQ(batch.at("Failed").at(0).at("SenderFault"), false);
}

TEST_F(SqsOf64KiB, RoomComesBackWithWhatIsDeletedPurgedOrForgotten) {
  const auto url = queue("q", {{"MessageRetentionPeriod", "60"}});
  const std::string body(1000, 'x');
  const int sent = fill(url, body);
  good("DeleteMessage",
       {{"QueueUrl", url}, {"ReceiptHandle", receive(url, 1).at(0).at("ReceiptHandle")}});
  EXPECT_EQ(fill(url, body), 1);
  good("PurgeQueue", {{"QueueUrl", url}});
  EXPECT_EQ(fill(url, body), sent);
  now += 61s;
  service.tick(now);
  EXPECT_EQ(fill(url, body), sent);
}

TEST_F(SqsOf64KiB, WhatAFifoQueueRemembersOfRepeatsCountsUntilItIsForgotten) {
  const auto url = queue("q.fifo", {{"FifoQueue", "true"}});
  const int sent = fill(url, "m");
  good("PurgeQueue", {{"QueueUrl", url}});
  EXPECT_LT(fill(url, "n"), sent);
  now += 301s;
  good("PurgeQueue", {{"QueueUrl", url}});
  service.tick(now);
  EXPECT_EQ(fill(url, "m"), sent);
}

}  // namespace
}  // namespace tidewire::local
