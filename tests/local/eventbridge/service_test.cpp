#include "local/eventbridge/service.hpp"

#include "local/eventbridge/service_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class EventBridge : public eventbridge_test {};

TEST_F(EventBridge, CarriesAnEventToTheQueueOfAMatchingRule) {
  build_road();
  const auto answer = put("products", R"({"after": {"id": 1}})");
  EXPECT_EQ(answer.at("FailedEntryCount"), 0);
  ASSERT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(queues_.messages[0].queue_arn, queue_arn);
  EXPECT_EQ(queues_.messages[0].message.group_id, "Group1");
  const std::string id(answer.at("Entries").at(0).at("EventId").as_string());
  EXPECT_EQ(
      queues_.messages[0].message.body,
      R"({"version":"0","id":")" + id +
          R"(","detail-type":"t","source":"shop","account":"000000000000",)"
          R"("time":"2026-11-22T06:52:56Z","region":"us-east-1","resources":[],"detail":{"after": {"id": 1}}})");
}

TEST_F(EventBridge, TakesABusByItsArnAndLosesEventsForOneThatIsNotThere) {
  build_road();
  put("arn:aws:events:us-east-1:000000000000:event-bus/products");
  EXPECT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(put("nowhere").at("FailedEntryCount"), 0);
  EXPECT_EQ(put("arn:aws:events:us-east-1:999999999999:event-bus/products").at("FailedEntryCount"),
            0);
  EXPECT_EQ(put("default").at("FailedEntryCount"), 0);
  EXPECT_EQ(queues_.messages.size(), 1U);
}

TEST_F(EventBridge, DoesNotRunDisabledRules) {
  build_road();
  ok("DisableRule", R"({"Name":"forward","EventBusName":"products"})");
  EXPECT_EQ(ok("DescribeRule", R"({"Name":"forward","EventBusName":"products"})").at("State"),
            "DISABLED");
  put("products");
  EXPECT_TRUE(queues_.messages.empty());
  ok("EnableRule", R"({"Name":"forward","EventBusName":"products"})");
  put("products");
  EXPECT_EQ(queues_.messages.size(), 1U);
}

TEST_F(EventBridge, AnswersEntriesInOrderAndRefusesThemAlone) {
  const auto answer = ok("PutEvents", R"({"Entries":[
      {"Source":"a","DetailType":"t","Detail":"{}"},
      {"DetailType":"t","Detail":"{}"},
      {"Source":"a","DetailType":"t","Detail":"nonsense"},
      {"Source":"aws.s3","DetailType":"t","Detail":"{}"}]})");
  EXPECT_EQ(answer.at("FailedEntryCount"), 3);
  const auto& entries = answer.at("Entries").as_array();
  EXPECT_EQ(entries[0].at("EventId").as_string().size(), 36U);
  EXPECT_EQ(entries[1].at("ErrorCode"), "InvalidArgument");
  EXPECT_EQ(entries[2].at("ErrorCode"), "MalformedDetail");
  EXPECT_EQ(entries[3].at("ErrorCode"), "NotAuthorizedForSourceException");
}

TEST_F(EventBridge, RefusesTheRequestWhereNoEntryIsComplete) {
  EXPECT_EQ(refused("PutEvents", R"({"Entries":[{"Source":"a"},{"Detail":"{}"}]})"),
            "ValidationException: Parameter DetailType is not valid. Reason: DetailType is a "
            "required argument.");
}

TEST_F(EventBridge, RefusesNoEntriesAndMoreThanTen) {
  EXPECT_EQ(refused("PutEvents", R"({})"),
            "ValidationException: 1 validation error detected: Value null at 'entries' failed to "
            "satisfy constraint: Member must "
            "not be null");
  EXPECT_TRUE(refused("PutEvents", R"({"Entries":[]})")
                  .starts_with("ValidationException: 1 validation error"));
  std::string eleven = R"({"Entries":[)";
  for (int i = 0; i < 11; ++i)
    eleven += std::string(i > 0 ? "," : "") + R"({"Source":"a","DetailType":"t","Detail":"{}"})";
  EXPECT_TRUE(refused("PutEvents", eleven + "]}")
                  .ends_with("Member must have length less than or equal to 10"));
}

TEST_F(EventBridge, LimitsTheSizeOfARequest) {
  const auto sized = [](std::size_t size) {
    return R"({"Entries":[{"Source":"a","DetailType":"t","Detail":"{\"a\":\")" +
           std::string(size, 'x') + R"(\"}"}]})";
  };
  constexpr std::size_t around = 10;
  ok("PutEvents", sized(1024 * 1024 - around));
  EXPECT_EQ(refused("PutEvents", sized(1024 * 1024 - around + 1)),
            "ValidationException: Total size of the entries in the request is over the limit.");
  quotas_ = true;
  ok("PutEvents", sized(256 * 1024 - around));
  EXPECT_EQ(refused("PutEvents", sized(256 * 1024 - around + 1)),
            "ValidationException: Total size of the entries in the request is over the limit.");
}

TEST_F(EventBridge, InjectsFailuresEntryByEntry) {
  build_road();
  fault_source faults(fault_rates{.partial = 1}, 7);
  const auto answer = service_.handle(
      {.operation = "PutEvents",
       .input =
           json::parse(
               R"({"Entries":[{"Source":"a","DetailType":"t","Detail":"{}","EventBusName":"products"},
                                           {"Source":"a","DetailType":"t","Detail":"{}","EventBusName":"products"}]})")
               .get_object(),
       .now = now_,
       .base_url = "",
       .faults = &faults});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->at("FailedEntryCount"), 2);
  EXPECT_EQ(answer->at("Entries").at(0).at("ErrorCode"), "InternalFailure");
  EXPECT_EQ(answer->at("Entries").at(1).at("ErrorCode"), "ThrottlingException");
  EXPECT_TRUE(queues_.messages.empty());
}

TEST_F(EventBridge, ShapesTheMessageAsTheTargetSays) {
  ok("PutRule", R"({"Name":"r","EventPattern":"{\"source\":[\"shop\"]}"})");
  const std::string plain = R"({"Arn":")" + std::string(plain_queue_arn) + "\",";
  ok("PutTargets",
     R"({"Rule":"r","Targets":[)" + plain + R"("Id":"1","Input":"{\"constant\":true}"},)" + plain +
         R"("Id":"2","InputPath":"$.detail.after"},)" + plain +
         R"("Id":"3","InputTransformer":{"InputPathsMap":{"id":"$.detail.after.id"},"InputTemplate":"{\"key\":<id>}"}},)" +
         plain + R"("Id":"4","InputPath":"$.detail.before"}]})");
  put("default", R"({"after":{"id":7}})");
  ASSERT_EQ(queues_.messages.size(), 3U);
  EXPECT_EQ(queues_.messages[0].message.body, R"({"constant":true})");
  EXPECT_EQ(queues_.messages[1].message.body, R"({"id":7})");
  EXPECT_EQ(queues_.messages[2].message.body, R"({"key":7})");
}

TEST_F(EventBridge, RetriesWhereTheQueueIsMissing) {
  build_road();
  queues_.missing = true;
  put("products");
  queues_.missing = false;
  service_.tick(now_ + 500ms);
  EXPECT_TRUE(queues_.messages.empty());
  service_.tick(now_ + 1s);
  EXPECT_EQ(queues_.messages.size(), 1U);
}

TEST_F(EventBridge, EnforcesTheQuotasWhenAsked) {
  quotas_ = true;
  ok("PutRule", R"({"Name":"r","EventPattern":"{\"a\":[1]}"})");
  std::string six = R"({"Rule":"r","Targets":[)";
  for (int i = 0; i < 6; ++i)
    six += std::string(i > 0 ? "," : "") + R"({"Id":")" + std::to_string(i) + R"(","Arn":")" +
           plain_queue_arn + "\"}";
  const auto answer = ok("PutTargets", six + "]}");
  EXPECT_EQ(answer.at("FailedEntryCount"), 1);
  EXPECT_EQ(answer.at("FailedEntries").at(0).at("ErrorCode"), "LimitExceededException");
  for (int i = 1; i < 300; ++i)
    ok("PutRule", R"({"Name":"r)" + std::to_string(i) + R"(","EventPattern":"{\"a\":[1]}"})");
  EXPECT_TRUE(refused("PutRule", R"({"Name":"x","EventPattern":"{\"a\":[1]}"})")
                  .starts_with("LimitExceededException"));
  ok("PutRule", R"({"Name":"r","EventPattern":"{\"a\":[2]}"})");
}

TEST_F(EventBridge, ComesBackAsItWas) {
  build_road();
  ok("TagResource",
     R"({"ResourceARN":"arn:aws:events:us-east-1:000000000000:event-bus/products","Tags":[{"Key":"l","Value":"w"}]})");
  const auto before = service_.revision();
  EXPECT_GT(before, 0U);
  put("products");
  EXPECT_EQ(service_.revision(), before);  // a delivered event is nothing to be kept
  const auto state = json::parse(json::serialize(service_.state())).get_object();
  eventbridge_service next({}, queues_);
  next.restore(state);
  EXPECT_EQ(next.state(), service_.state());
  queues_.messages.clear();
  ASSERT_TRUE(next.handle(
      {.operation = "PutEvents",
       .input =
           json::parse(
               R"({"Entries":[{"Source":"a","DetailType":"t","Detail":"{}","EventBusName":"products"}]})")
               .get_object(),
       .now = now_,
       .base_url = ""}));
  ASSERT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(queues_.messages[0].message.group_id, "Group1");
}

TEST_F(EventBridge, WaitsForRoomInTheQueuesWhereAnEventMayGoThere) {
  build_road();
  queues_.full = true;
  const auto refused = put("products").at("Entries").at(0);
  EXPECT_EQ(refused.at("ErrorCode"), "ThrottlingException");
  EXPECT_EQ(queues_.tries, 0);
  EXPECT_TRUE(put("default").at("Entries").at(0).as_object().contains("EventId"));
  queues_.full = false;
  EXPECT_TRUE(put("products").at("Entries").at(0).as_object().contains("EventId"));
  EXPECT_EQ(queues_.messages.size(), 1U);
}

}  // namespace
}  // namespace tidewire::local
