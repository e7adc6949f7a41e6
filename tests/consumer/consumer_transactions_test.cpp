#include "consumer/consumer.hpp"
#include "consumer/consumer_rig.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <chrono>
#include <string>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using rig = testing::consumer_rig;

std::string envelope(const std::string& id, const std::string& detail) {
  return R"({"version":"0","id":")" + id +
         R"(","detail-type":"Changed","source":"orders","account":"000000000000","time":"2026-11-22T06:52:56Z","region":"us-east-1",)"
         R"("resources":[],"detail":)" +
         detail + "}";
}

std::string change_detail(int number, const std::string& transaction) {
  return R"({"before":null,"after":{"id":)" + std::to_string(number) +
         R"(},"source":{"version":"2.5.3.Final","connector":"postgresql","name":"k","ts_ms":1795330375100,"snapshot":"false","db":"d",)"
         R"("schema":"s","table":"t","lsn":)" +
         std::to_string(1000 + number) + R"(},"op":"c","ts_ms":1,"transaction":)" + transaction +
         "}";
}

std::string change(int xid, int order) {
  const std::string name = std::to_string(xid) + ":" + std::to_string(1000 + order);
  return envelope("change-" + std::to_string(xid) + "-" + std::to_string(order),
                  change_detail(order,
                                R"({"id":")" + name + R"(","total_order":)" +
                                    std::to_string(order) + R"(,"data_collection_order":1})"));
}

std::string row_of_snapshot(int number) {
  return envelope("row-" + std::to_string(number), change_detail(number, "null"));
}

std::string begin(int xid) {
  return envelope(
      "begin-" + std::to_string(xid),
      R"({"status":"BEGIN","id":")" + std::to_string(xid) +
          R"(:1001","event_count":null,"data_collections":null,"ts_ms":1795330375100})");
}

std::string end(int xid, int count) {
  return envelope("end-" + std::to_string(xid),
                  R"({"status":"END","id":")" + std::to_string(xid) + R"(:2000","event_count":)" +
                      std::to_string(count) + R"(,"data_collections":[],"ts_ms":1795330375100})");
}

/// Of each line: the event's id, and its transaction's state where it has one.
std::vector<std::string> shown(rig& r) {
  std::vector<std::string> all;
  simdjson::dom::parser parser;
  for (const auto& line : r.lines()) {
    const simdjson::dom::element json = parser.parse(line);
    const std::string_view id = json["id"];
    std::string text(id);
    if (std::string_view how; json["transaction"]["state"].get(how) == simdjson::SUCCESS)
      text += " " + std::string(how);
    all.push_back(std::move(text));
  }
  return all;
}

using texts = std::vector<std::string>;

consumer_options regrouping(const rig& r) {
  auto how = r.options();
  how.transactions.emplace();
  return how;
}

TEST(ConsumerOfTransactions, PrintsEachTogetherAndDeletesItThen) {
  rig r;
  r.make_queue("q");
  r.send({change(7, 2), begin(8), row_of_snapshot(1), begin(7), change(8, 1), end(7, 2)});
  auto how = regrouping(r);
  how.receives_max = 1;
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().received == 6; }));
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 1; }));
  EXPECT_EQ(shown(r), texts{"row-1"});
  EXPECT_EQ(r.waiting_messages(), 5U);
  r.send({end(8, 1)});
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 4; }));
  r.send({change(7, 1)});
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 8; }));
  EXPECT_EQ(shown(r),
            (texts{"row-1",
                   "begin-8 complete",
                   "change-8-1 complete",
                   "end-8 complete",
                   "begin-7 complete",
                   "change-7-1 complete",
                   "change-7-2 complete",
                   "end-7 complete"}));
  EXPECT_EQ(r.counters().transactions, 2U);
  EXPECT_EQ(r.waiting_messages(), 0U);
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
}

TEST(ConsumerOfTransactions, HoldsOneOfHundredsOfEventsHiddenUntilItIsWhole) {
  rig r;
  r.make_queue("q");
  texts bodies;
  for (int order = 1; order <= 150; ++order) bodies.push_back(change(7, order));
  r.send(bodies);
  auto how = regrouping(r);
  how.visibility = seconds(4);
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().received == 150; }));
  r.run_for(milliseconds(9000));
  EXPECT_EQ(r.counters().received, 150U) << "none came up again";
  EXPECT_TRUE(r.lines().empty());
  r.send({end(7, 150)});
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 151; }));
  EXPECT_EQ(r.lines().size(), 151U);
  EXPECT_EQ(r.waiting_messages(), 0U);
}

TEST(ConsumerOfTransactions, DeletesRepeatsWithTheirTransactionAndAfterIt) {
  rig r;
  r.make_queue("q");
  r.send({begin(7), change(7, 1), change(7, 1), end(7, 1), change(7, 1), begin(7)});
  auto how = regrouping(r);
  how.receives_max = 1;
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 6; }));
  EXPECT_EQ(shown(r), (texts{"begin-7 complete", "change-7-1 complete", "end-7 complete"}));
  EXPECT_EQ(r.counters().repeated, 3U);
  EXPECT_EQ(r.counters().printed, 3U);
}

TEST(ConsumerOfTransactions, PrintsWhatIsNeverWholeWhenItsTimeIsOver) {
  rig r;
  r.make_queue("q");
  r.send({change(7, 1), end(7, 2)});
  auto how = regrouping(r);
  how.transactions->age_max = milliseconds(3000);
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 2; }));
  r.send({change(7, 2)});
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 3; }));
  EXPECT_EQ(shown(r), (texts{"change-7-1 incomplete", "end-7 incomplete", "change-7-2 late"}));
  EXPECT_EQ(r.counters().incomplete, 1U);
}

TEST(ConsumerOfTransactions, HoldsNoMoreThanItMay) {
  rig r;
  r.make_queue("q");
  texts bodies;
  for (int order = 1; order <= 30; ++order) bodies.push_back(change(7, order));
  r.send(bodies);
  auto how = regrouping(r);
  how.transactions->messages_max = 20;
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 30; }));
  EXPECT_EQ(r.lines().size(), 30U);
  EXPECT_EQ(r.counters().incomplete, 1U);
  EXPECT_EQ(r.counters().printed, 30U);
}

TEST(ConsumerOfTransactions, GivesBackWhatItHoldsWhenItEnds) {
  rig r;
  r.make_queue("q");
  texts bodies;
  for (int order = 1; order <= 35; ++order) bodies.push_back(change(7, order));
  r.send(bodies);
  auto how = regrouping(r);
  how.visibility = seconds(600);
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().received == 35; }));
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
  EXPECT_EQ(r.counters().given_back, 35U);
  EXPECT_EQ(r.counters().deleted, 0U);
  r.send({end(7, 35)});
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 36; })) << "hidden for 600 s";
  EXPECT_EQ(r.lines().size(), 36U);
}

TEST(ConsumerOfTransactions, GivesBackWhatItHoldsWhenItIsIdle) {
  rig r;
  r.make_queue("q");
  r.send({begin(7)});
  auto how = regrouping(r);
  how.idle_exit = milliseconds(300);
  how.visibility = seconds(600);
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::idle);
  EXPECT_TRUE(r.lines().empty());
  EXPECT_EQ(r.counters().given_back, 1U);
}

TEST(ConsumerOfTransactions, EndsAfterSoManyMessagesButCutsNoTransaction) {
  rig r;
  r.make_queue("q");
  r.send({begin(7), change(7, 1), change(7, 2), end(7, 2), begin(8)});
  auto how = regrouping(r);
  how.messages_max = 2;
  how.receives_max = 1;
  how.visibility = seconds(600);
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  EXPECT_EQ(r.lines().size(), 4U);
  EXPECT_EQ(r.counters().deleted, 4U);
  EXPECT_EQ(r.waiting_messages(), 1U);
}

/// Half a transaction in a pipe that broke: none of its messages may go, or nobody ever had it
/// whole.
TEST(ConsumerOfTransactions, DeletesNothingOfATransactionThatWasNotPrintedWhole) {
  rig r;
  r.make_queue("q");
  r.send({begin(7), change(7, 1), end(7, 1)});
  r.close_reader();
  auto how = regrouping(r);
  how.visibility = seconds(600);
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::output_failed);
  EXPECT_EQ(r.counters().deleted, 0U);
  EXPECT_EQ(r.waiting_messages(), 3U);
}

TEST(ConsumerOfTransactions, PassesOverRepeatsOutsideOfTransactionsToo) {
  rig r;
  r.make_queue("q");
  r.send({row_of_snapshot(1), begin(7), row_of_snapshot(1), change(7, 1), end(7, 1)});
  auto how = regrouping(r);
  how.remembered = 100;
  how.receives_max = 1;
  r.start(how);
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 5; }));
  EXPECT_EQ(shown(r),
            (texts{"row-1", "begin-7 complete", "change-7-1 complete", "end-7 complete"}));
}

}  // namespace
}  // namespace tidewire::consumer
