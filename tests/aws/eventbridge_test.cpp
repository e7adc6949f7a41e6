#include "aws/eventbridge.hpp"

#include "aws/scripted_service.hpp"

#include <gtest/gtest.h>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using tidewire::testing::scripted_service;

class EventBridge : public ::testing::Test {
 protected:
  scripted_service service_;
  eventbridge_client client_{service_.client("events")};
};

TEST_F(EventBridge, PutsEventsAndReportsEachInItsPlace) {
  service_.then(
      200,
      R"({"FailedEntryCount":1,"Entries":[{"EventId":"id-1"},{"ErrorCode":"ThrottlingException","ErrorMessage":"slow"},{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}]})");
  const std::string detail = R"({"before":null,"text":"a \"quoted\" word\n"})";
  const std::vector<event_entry> entries{{"stream", "cdc", detail, "products", 1'795'330'911'023},
                                         {"s", "t", "{}", "products", {}},
                                         {"s", "t", "{", "products", {}}};
  const auto results = service_.run(client_.put_events(entries));
  ASSERT_TRUE(results) << describe(results.error());
  EXPECT_EQ((*results)[0].event_id, "id-1");
  EXPECT_FALSE((*results)[0].error);
  EXPECT_EQ((*results)[1].error->what, remedy::slow_down);
  EXPECT_EQ((*results)[2].error->what, remedy::none);
  EXPECT_EQ(describe(*(*results)[2].error), "MalformedDetail: Detail is malformed.");

  EXPECT_EQ(service_.header(0, "x-amz-target"), "AWSEvents.PutEvents");
  EXPECT_EQ(service_.header(0, "content-type"), "application/x-amz-json-1.1");
  const auto sent = service_.json(0).at("Entries").as_array();
  EXPECT_EQ(sent[0].at("Detail").as_string(), detail);
  EXPECT_EQ(sent[0].at("EventBusName").as_string(), "products");
  EXPECT_NE(service_.seen[0].body.find("\"Time\":1795330911.023"), std::string::npos);
  EXPECT_FALSE(sent[1].as_object().contains("Time"));
}

TEST_F(EventBridge, AnAnswerWithFewerEntriesIsNotBelieved) {
  service_.then(200, R"({"FailedEntryCount":0,"Entries":[]})");
  const std::vector<event_entry> entries{{"s", "t", "{}", "b", {}}};
  EXPECT_EQ(service_.run(client_.put_events(entries)).error().what, remedy::retry);
}

TEST_F(EventBridge, CountsEntriesAsTheServiceDoes) {
  EXPECT_EQ(entry_size({"abc", "de", "{\"x\":\"\xC3\xA9\"}", "bus", {}}), 3U + 2U + 10U);
  EXPECT_EQ(entry_size({"abc", "de", "{}", "bus", 0}), 14U + 3U + 2U + 2U);
}

TEST_F(EventBridge, ABusThatIsThereAlreadyIsDescribed) {
  service_.then(
      400,
      R"({"__type":"ResourceAlreadyExistsException","message":"Event bus products already exists."})");
  service_.then(200, R"({"Name":"products","Arn":"arn:bus/products"})");
  EXPECT_EQ(service_.run(client_.create_event_bus("products")).value(), "arn:bus/products");
  EXPECT_EQ(service_.header(1, "x-amz-target"), "AWSEvents.DescribeEventBus");
  service_.then(200, R"({"EventBusArn":"arn:bus/new"})");
  EXPECT_EQ(service_.run(client_.create_event_bus("new")).value(), "arn:bus/new");
}

TEST_F(EventBridge, PutsRulesAndTargets) {
  service_.then(200, R"({"RuleArn":"arn:rule"})");
  service_.then(200, R"({"FailedEntryCount":0,"FailedEntries":[]})");
  EXPECT_EQ(service_.run(client_.put_rule("products", "forward", R"({"source":[{"prefix":""}]})"))
                .value(),
            "arn:rule");
  EXPECT_TRUE(service_.run(client_.put_targets(
      "products", "forward", {{"1", "arn:queue.fifo", "Group1"}, {"2", "arn:queue", ""}})));
  EXPECT_EQ(service_.json(0).at("EventPattern").as_string(), R"({"source":[{"prefix":""}]})");
  const auto targets = service_.json(1).at("Targets").as_array();
  EXPECT_EQ(targets[0].at("SqsParameters").at("MessageGroupId").as_string(), "Group1");
  EXPECT_FALSE(targets[1].as_object().contains("SqsParameters"));
}

TEST_F(EventBridge, ATargetThatWasRefusedIsAFailure) {
  service_.then(
      200,
      R"({"FailedEntryCount":1,"FailedEntries":[{"TargetId":"1","ErrorCode":"ConcurrentModificationException","ErrorMessage":"busy"}]})");
  const auto failed = service_.run(client_.put_targets("b", "r", {{"1", "arn", ""}}));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "ConcurrentModificationException");
  EXPECT_EQ(failed.error().what, remedy::retry);
}

TEST_F(EventBridge, ListsTargetsOverAllPages) {
  service_.then(
      200,
      R"({"Targets":[{"Id":"1","Arn":"a","SqsParameters":{"MessageGroupId":"g"}}],"NextToken":"t"})");
  service_.then(200, R"({"Targets":[{"Id":"2","Arn":"b"}]})");
  const auto targets = service_.run(client_.list_targets_by_rule("bus", "rule"));
  ASSERT_TRUE(targets);
  ASSERT_EQ(targets->size(), 2U);
  EXPECT_EQ((*targets)[0].message_group_id, "g");
  EXPECT_EQ((*targets)[1].arn, "b");
  EXPECT_EQ(service_.json(1).at("NextToken").as_string(), "t");
}

}  // namespace
