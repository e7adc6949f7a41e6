#include "local/sqs/queues_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string arn = "arn:aws:sqs:us-east-1:000000000000:";

/// Queues whose messages go to a dead letter queue when they were received once.
class SqsMoves : public Sqs {
 protected:
  std::string queue_over(const char* name, const std::string& dead, bool fifo = false) {
    json::object attributes{
        {"VisibilityTimeout", "1"},
        {"RedrivePolicy", R"({"maxReceiveCount":1,"deadLetterTargetArn":")" + arn + dead + "\"}"}};
    if (fifo) attributes["FifoQueue"] = "true";
    return queue(name, std::move(attributes));
  }
  /// Receives everything once, and once more, so that all of it is given up.
  void give_up_all(const std::string& url) {
    while (!receive(url).empty()) now += 2s;
  }
  json::object start(json::object members = {}) {
    members["SourceArn"] = arn + "dead";
    return good("StartMessageMoveTask", std::move(members));
  }
  json::array tasks(int count = 10) {
    return good("ListMessageMoveTasks", {{"SourceArn", arn + "dead"}, {"MaxResults", count}})
        .at("Results")
        .as_array();
  }
};

TEST_F(SqsMoves, TakeEachMessageBackToTheQueueThatGaveItUp) {
  const auto dead = queue("dead");
  const auto one = queue_over("one", "dead");
  const auto two = queue_over("two", "dead");
  const auto sent = send(one, "of one");
  send(two, "of two");
  give_up_all(one);
  give_up_all(two);
  start();
  EXPECT_EQ(tasks().at(0).at("Status"), "RUNNING");
  EXPECT_EQ(tasks().at(0).at("ApproximateNumberOfMessagesToMove"), 2);
  service.tick(now);
  const auto back = receive(one);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back.at(0).at("Body"), "of one");
  EXPECT_NE(back.at(0).at("MessageId"), sent.at("MessageId"));
  EXPECT_EQ(back.at(0).at("Attributes").at("ApproximateReceiveCount"), "1");
  EXPECT_FALSE(back.at(0).at("Attributes").as_object().contains("DeadLetterQueueSourceArn"));
  EXPECT_THAT(bodies(two), ElementsAre("of two"));
  EXPECT_THAT(bodies(dead), IsEmpty());
  EXPECT_EQ(tasks().at(0).at("Status"), "COMPLETED");
  EXPECT_EQ(tasks().at(0).at("ApproximateNumberOfMessagesMoved"), 2);
  EXPECT_FALSE(tasks().at(0).as_object().contains("TaskHandle"));
}

TEST_F(SqsMoves, KeepTheOrderOfAGroupAndAreNoRepeats) {
  queue("dead.fifo", {{"FifoQueue", "true"}});
  const auto url = queue_over("q.fifo", "dead.fifo", true);
  for (const char* const id : {"1", "2", "3"}) send(url, id, "g", id);
  give_up_all(url);
  good("StartMessageMoveTask", {{"SourceArn", arn + "dead.fifo"}});
  service.tick(now);
  EXPECT_THAT(bodies(url), ElementsAre("1", "2", "3"));
}

TEST_F(SqsMoves, GoAtTheirPaceUntilTheyAreCancelled) {
  const auto dead = queue("dead");
  queue_over("q", "dead");
  const auto other = queue("other");
  for (int i = 0; i < 5; ++i) send(dead, "m");
  const auto handle =
      start({{"DestinationArn", arn + "other"}, {"MaxNumberOfMessagesPerSecond", 1}})
          .at("TaskHandle");
  service.tick(now);
  service.tick(now);
  EXPECT_EQ(bodies(other).size(), 1U);
  now += 1s;
  service.tick(now);
  EXPECT_EQ(bodies(other).size(), 1U);
  EXPECT_EQ(tasks().at(0).at("TaskHandle"), handle);
  EXPECT_EQ(tasks().at(0).at("MaxNumberOfMessagesPerSecond"), 1);
  EXPECT_THAT(refusal("StartMessageMoveTask", {{"SourceArn", arn + "dead"}}),
              HasSubstr("already a task running"));
  EXPECT_EQ(good("CancelMessageMoveTask", {{"TaskHandle", handle}})
                .at("ApproximateNumberOfMessagesMoved"),
            2);
  now += 5s;
  service.tick(now);
  EXPECT_THAT(bodies(other), IsEmpty());
  EXPECT_EQ(tasks().at(0).at("Status"), "CANCELLED");
  EXPECT_EQ(bodies(dead).size(), 3U);
  EXPECT_THAT(refusal("CancelMessageMoveTask", {{"TaskHandle", handle}}),
              HasSubstr("Task does not exist"));
  now += 60s;
  start({{"DestinationArn", arn + "other"}});
  EXPECT_EQ(tasks().size(), 2U);
  EXPECT_EQ(tasks(1).at(0).at("Status"), "RUNNING");
}

TEST_F(SqsMoves, FailWhereAMessageHasNowhereToGo) {
  const auto dead = queue("dead");
  const auto url = queue_over("q", "dead");
  queue_over("another", "dead");
  send(dead, "sent here by hand");
  start();
  service.tick(now);
  EXPECT_EQ(tasks().at(0).at("Status"), "FAILED");
  EXPECT_EQ(tasks().at(0).at("FailureReason"), "CouldNotDetermineMessageSource");
  EXPECT_THAT(bodies(dead), ElementsAre("sent here by hand"));
  good("PurgeQueue", {{"QueueUrl", dead}});
  send(url, "m");
  give_up_all(url);
  good("DeleteQueue", {{"QueueUrl", url}});
  start();
  service.tick(now);
  EXPECT_EQ(tasks().at(0).at("FailureReason"), "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_THAT(bodies(dead), ElementsAre("m"));
}

TEST_F(SqsMoves, AreRefusedInAwssWords) {
  queue("plain");
  queue("dead");
  queue("dead.fifo", {{"FifoQueue", "true"}});
  queue_over("q", "dead");
  const auto refused = [&](json::object members) {
    return refusal("StartMessageMoveTask", std::move(members));
  };
  EXPECT_THAT(refused({}), HasSubstr("must contain the parameter SourceArn"));
  EXPECT_THAT(refused({{"SourceArn", arn + "none"}}),
              HasSubstr("ResourceNotFoundException: The resource that you specified for the "
                        "SourceArn parameter doesn't exist."));
  EXPECT_THAT(refused({{"SourceArn", arn + "dead"}, {"DestinationArn", arn + "none"}}),
              HasSubstr("DestinationArn parameter doesn't exist."));
  EXPECT_THAT(refused({{"SourceArn", arn + "plain"}}),
              HasSubstr("Source queue must be configured as a Dead Letter Queue."));
  EXPECT_THAT(refused({{"SourceArn", arn + "dead"}, {"DestinationArn", arn + "dead.fifo"}}),
              HasSubstr("same type"));
  EXPECT_THAT(refused({{"SourceArn", arn + "dead"}, {"DestinationArn", arn + "dead"}}),
              HasSubstr("must differ"));
  for (const int bad : {0, 501})
    EXPECT_THAT(refused({{"SourceArn", arn + "dead"}, {"MaxNumberOfMessagesPerSecond", bad}}),
                HasSubstr("between 1 and 500"));
  EXPECT_THAT(refusal("ListMessageMoveTasks", {{"SourceArn", arn + "dead"}, {"MaxResults", 11}}),
              HasSubstr("between 1 and 10"));
}

}  // namespace
}  // namespace tidewire::local
