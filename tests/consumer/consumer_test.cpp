#include "consumer/consumer.hpp"

#include "consumer/consumer_rig.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using rig = testing::consumer_rig;

std::string message(int n) {
  const std::string number = std::to_string(n);
  return R"({"version":"0","id":"event-)" + number +
         R"(","detail-type":"Changed","source":"orders","account":"000000000000","time":"2026-11-22T06:52:56Z","region":"us-east-1",)"
         R"("resources":[],"detail":{"before":null,"after":{"id":)" +
         number +
         R"(},"source":{"version":"2.5.3.Final","connector":"postgresql","name":"k","ts_ms":1,"snapshot":"false","db":"d",)"
         R"("schema":"s","table":"t"},"op":"c","ts_ms":1}})";
}

std::vector<std::string> messages(int first, int count) {
  std::vector<std::string> all;
  for (int n = first; n < first + count; ++n) all.push_back(message(n));
  return all;
}

TEST(Consumer, PrintsEachMessageOnceAndDeletesIt) {
  rig r;
  r.make_queue("q");
  r.send(messages(0, 25));
  auto how = r.options();
  how.idle_exit = milliseconds(300);
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::idle);
  const auto lines = r.lines();
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 25U);
  EXPECT_EQ(lines.size(), 25U);
  EXPECT_EQ(r.counters().deleted, 25U);
  EXPECT_EQ(r.waiting_messages(), 0U);
}

TEST(Consumer, KeepsTheOrderOfAFifoQueue) {
  rig r;
  r.make_queue("q.fifo", {{"FifoQueue", "true"}});
  r.send(messages(0, 60), "Group1");
  auto how = r.options();
  how.messages_max = 60;
  how.receives_max = 3;
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  const auto lines = r.lines();
  ASSERT_EQ(lines.size(), 60U);
  for (int n = 0; n < 60; ++n)
    EXPECT_NE(lines[static_cast<std::size_t>(n)].find("\"event-" + std::to_string(n) + "\""),
              std::string::npos)
        << n;
}

TEST(Consumer, EndsAfterSoManyMessagesAndLeavesTheOthers) {
  rig r;
  r.make_queue("q");
  r.send(messages(0, 30));
  auto how = r.options();
  how.messages_max = 12;
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  EXPECT_EQ(r.lines().size(), 12U);
  EXPECT_EQ(r.waiting_messages(), 18U);
}

TEST(Consumer, PrintsTextAsLinesForPeople) {
  rig r;
  r.make_queue("q");
  r.send(messages(7, 1));
  auto how = r.options();
  how.form = output_form::text;
  how.messages_max = 1;
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  const auto lines = r.lines();
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_NE(lines[0].find(
                "consumer INFO Received event detail-type: Changed, source: orders, message id "),
            std::string::npos);
  EXPECT_NE(lines[1].find("INFO before: null"), std::string::npos);
  EXPECT_NE(lines[2].find(R"(INFO after: {"id":7})"), std::string::npos);
  EXPECT_NE(lines[3].find("INFO Deleted message "), std::string::npos);
}

TEST(Consumer, LeavesInvalidMessagesToTheRedrivePolicy) {
  rig r;
  r.make_queue("dead");
  r.make_queue(
      "q",
      {{"RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"2"})"}});
  r.send({message(0), "not an event", message(1)});
  auto how = r.options();
  how.visibility = seconds(2);
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.waiting_messages() == 0; }));
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
  EXPECT_EQ(r.lines().size(), 2U);
  EXPECT_EQ(r.counters().invalid, 2U) << "received as often as the policy says, then moved";
  r.make_queue("dead");
  EXPECT_EQ(r.waiting_messages(), 1U);
}

TEST(Consumer, DeletesNothingThatItCouldNotPrint) {
  rig r;
  r.make_queue("q");
  r.send(messages(0, 3));
  r.close_reader();
  r.start(r.options());
  EXPECT_EQ(r.await_end(), ending::output_failed);
  EXPECT_EQ(r.counters().deleted, 0U);
  EXPECT_EQ(r.waiting_messages(), 3U);
}

TEST(Consumer, KeepsMessagesHiddenWhileTheReaderOfItsOutputIsSlow) {
  rig r;
  r.make_queue("q");
  std::string large = message(0);
  large.insert(large.find("\"id\":0"), "\"pad\":\"" + std::string(200'000, 'x') + "\",");
  r.send({large});
  r.reads = false;
  auto how = r.options();
  how.visibility = seconds(4);
  r.start(how);
  r.run_for(milliseconds(9000));
  EXPECT_EQ(r.counters().received, 1U) << "it did not come up again";
  r.reads = true;
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 1; }));
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
  EXPECT_EQ(r.lines().size(), 1U);
}

TEST(Consumer, StopsAtOnceThoughALongPollWaits) {
  rig r;
  r.make_queue("q");
  auto how = r.options();
  how.wait = seconds(20);
  const auto end_of_poll = std::chrono::steady_clock::now() + how.wait;
  r.start(how);
  r.run_for(milliseconds(200));
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
  EXPECT_LT(std::chrono::steady_clock::now(), end_of_poll);
}

TEST(Consumer, WaitsForAQueueThatIsNotThereYet) {
  rig r;
  auto how = r.options();
  how.queue = "later";
  how.messages_max = 1;
  r.start(how);
  r.run_for(milliseconds(300));
  r.make_queue("later");
  r.send(messages(0, 1));
  EXPECT_EQ(r.await_end(), ending::enough);
}

TEST(Consumer, EventsThatComeAgainAreDeletedAndNotPrinted) {
  rig road;
  road.make_queue("repeats");
  const auto placed = [](int n) {
    std::string text = message(n);
    const std::string before = R"("table":"t")";
    return text.replace(text.find(before), before.size(), before + ",\"lsn\":" + std::to_string(n));
  };
  road.send({placed(1), placed(2), placed(1), placed(2), placed(3)});
  auto how = road.options();
  how.remembered = 100;
  how.messages_max = 5;
  road.start(how);
  EXPECT_EQ(road.await_end(), ending::enough);
  EXPECT_EQ(road.lines().size(), 3U);
  EXPECT_EQ(road.counters().repeated, 2U);
  EXPECT_EQ(road.counters().printed, 3U);
  EXPECT_EQ(road.counters().deleted, 5U);
  EXPECT_EQ(road.waiting_messages(), 0U);
}

}  // namespace
}  // namespace tidewire::consumer
