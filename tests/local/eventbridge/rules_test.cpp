/// Buses, rules and targets: made, told, changed and deleted.

#include "local/eventbridge/service_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

namespace json = boost::json;

class EventBridgeRules : public eventbridge_test {};

TEST_F(EventBridgeRules, MakesDescribesListsAndDeletesBuses) {
  EXPECT_EQ(ok("CreateEventBus", R"({"Name":"shop","Description":"d"})").at("EventBusArn"),
            "arn:aws:events:us-east-1:000000000000:event-bus/shop");
  EXPECT_EQ(refused("CreateEventBus", R"({"Name":"shop"})"),
            "ResourceAlreadyExistsException: Event bus shop already exists.");
  EXPECT_EQ(ok("DescribeEventBus", R"({"Name":"shop"})").at("Description"), "d");
  EXPECT_EQ(ok("DescribeEventBus", R"({})").at("Name"), "default");
  EXPECT_EQ(refused("DescribeEventBus", R"({"Name":"none"})"),
            "ResourceNotFoundException: Event bus none does not exist.");
  const auto all = ok("ListEventBuses", R"({})");
  ASSERT_EQ(all.at("EventBuses").as_array().size(), 2U);
  EXPECT_EQ(all.at("EventBuses").at(0).at("Name"), "default");
  ok("DeleteEventBus", R"({"Name":"shop"})");
  ok("DeleteEventBus", R"({"Name":"shop"})");
  EXPECT_TRUE(
      refused("DeleteEventBus", R"({"Name":"default"})").starts_with("ValidationException"));
  EXPECT_EQ(ok("ListEventBuses", R"({})").at("EventBuses").as_array().size(), 1U);
}

TEST_F(EventBridgeRules, PagesItsLists) {
  for (const auto* name : {"a", "b", "c"})
    ok("CreateEventBus", R"({"Name":")" + std::string(name) + R"("})");
  const auto first = ok("ListEventBuses", R"({"Limit":3})");
  EXPECT_EQ(first.at("EventBuses").as_array().size(), 3U);
  const std::string token(first.at("NextToken").as_string());
  const auto rest = ok("ListEventBuses", R"({"Limit":3,"NextToken":")" + token + R"("})");
  ASSERT_EQ(rest.at("EventBuses").as_array().size(), 1U);
  EXPECT_EQ(rest.at("EventBuses").at(0).at("Name"), "default");
  EXPECT_FALSE(rest.contains("NextToken"));
  EXPECT_EQ(ok("ListEventBuses", R"({"NamePrefix":"b"})").at("EventBuses").as_array().size(), 1U);
}

TEST_F(EventBridgeRules, ChecksPatternsWhenARuleIsPut) {
  EXPECT_EQ(refused("PutRule", R"({"Name":"r","EventPattern":"{\"source\":5}"})"),
            "InvalidEventPatternException: Event pattern is not valid. Reason: \"source\" must be "
            "an object or an array");
  EXPECT_EQ(
      refused("PutRule", R"({"Name":"r"})"),
      "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.");
  EXPECT_EQ(refused("PutRule", R"({"Name":"r","EventBusName":"x","EventPattern":"{\"a\":[1]}"})"),
            "ResourceNotFoundException: Event bus x does not exist.");
  EXPECT_TRUE(refused("PutRule", R"({"Name":"a b","EventPattern":"{\"a\":[1]}"})")
                  .starts_with("ValidationException"));
}

TEST_F(EventBridgeRules, KeepsSchedulesOnTheDefaultBusOnly) {
  ok("PutRule", R"=({"Name":"r","ScheduleExpression":"rate(5 minutes)"})=");
  EXPECT_EQ(ok("DescribeRule", R"({"Name":"r"})").at("ScheduleExpression"), "rate(5 minutes)");
  EXPECT_TRUE(refused("PutRule", R"({"Name":"r","ScheduleExpression":"often"})")
                  .starts_with("ValidationException"));
  ok("CreateEventBus", R"({"Name":"b"})");
  EXPECT_EQ(refused("PutRule",
                    R"=({"Name":"r","EventBusName":"b","ScheduleExpression":"rate(5 minutes)"})="),
            "ValidationException: ScheduleExpression is supported only on the default event bus.");
}

TEST_F(EventBridgeRules, UpdatesARuleAndKeepsItsTargets) {
  build_road();
  EXPECT_EQ(
      ok("PutRule",
         R"({"Name":"forward","EventBusName":"products","EventPattern":"{\"source\":[\"other\"]}"})")
          .at("RuleArn"),
      "arn:aws:events:us-east-1:000000000000:rule/products/forward");
  put("products");
  EXPECT_TRUE(queues_.messages.empty());
  EXPECT_EQ(ok("ListTargetsByRule", R"({"Rule":"forward","EventBusName":"products"})")
                .at("Targets")
                .as_array()
                .size(),
            1U);
}

TEST_F(EventBridgeRules, DeletesARuleOnlyWithoutTargets) {
  build_road();
  EXPECT_EQ(refused("DeleteRule", R"({"Name":"forward","EventBusName":"products"})"),
            "ValidationException: Rule can't be deleted since it has targets.");
  ok("RemoveTargets", R"({"Rule":"forward","EventBusName":"products","Ids":["1"]})");
  ok("DeleteRule", R"({"Name":"forward","EventBusName":"products"})");
  EXPECT_EQ(refused("DescribeRule", R"({"Name":"forward","EventBusName":"products"})"),
            "ResourceNotFoundException: Rule forward does not exist on EventBus products.");
  EXPECT_EQ(ok("ListRules", R"({"EventBusName":"products"})").at("Rules").as_array().size(), 0U);
}

TEST_F(EventBridgeRules, TellsATargetAsItWasGiven) {
  build_road();
  const auto targets = ok("ListTargetsByRule", R"({"Rule":"forward","EventBusName":"products"})");
  EXPECT_EQ(
      json::serialize(targets.at("Targets")),
      R"([{"Id":"1","Arn":"arn:aws:sqs:us-east-1:000000000000:changes.fifo","SqsParameters":{"MessageGroupId":"Group1"}}])");
  const auto names =
      ok("ListRuleNamesByTarget",
         R"({"EventBusName":"products","TargetArn":")" + std::string(queue_arn) + "\"}");
  EXPECT_EQ(json::serialize(names.at("RuleNames")), R"(["forward"])");
}

TEST_F(EventBridgeRules, TakesTheSchedulesThatAwsTakes) {
  const auto put_schedule = [&](const std::string& schedule) {
    return refused("PutRule", R"({"Name":"r","ScheduleExpression":")" + schedule + "\"}");
  };
  for (const auto* const good : {"rate(1 minute)",
                                 "rate(2 hours)",
                                 "rate(10 days)",
                                 "cron(0 12 * * ? *)",
                                 "cron(0/15 8-17 ? * MON-FRI 2026,2027)",
                                 "cron(0 0 L * ? *)",
                                 "cron(0 9 ? * 2#1 *)"})
    EXPECT_EQ(put_schedule(good), "accepted") << good;
  for (const auto* const bad : {"rate(1 minutes)",
                                "rate(2 hour)",
                                "rate(0 minutes)",
                                "rate(-1 days)",
                                "rate(1 week)",
                                "rate(minute)",
                                "rate(1 minute",
                                "cron(* * * * * *)",
                                "cron(0 12 ? * ? *)",
                                "cron(0 12 * * ?)",
                                "cron(0 12 * * ? $)",
                                "at(2026-01-01T00:00:00)"})
    EXPECT_EQ(put_schedule(bad), "ValidationException: Parameter ScheduleExpression is not valid.")
        << bad;
}

TEST_F(EventBridgeRules, RefusesTargetsAlone) {
  build_road();
  const auto failures = [&](std::string_view target) {
    const auto answer = ok(
        "PutTargets",
        R"({"Rule":"forward","EventBusName":"products","Targets":[)" + std::string(target) + "]}");
    return answer.at("FailedEntryCount") == 1
               ? std::string(answer.at("FailedEntries").at(0).at("ErrorMessage").as_string())
               : "accepted";
  };
  const std::string plain = R"({"Id":"2","Arn":")" + std::string(plain_queue_arn) + '"';
  EXPECT_EQ(failures(R"({"Id":"2","Arn":"nonsense"})"),
            "Parameter nonsense is not valid. Reason: Provided Arn is not in correct format.");
  EXPECT_NE(failures(R"({"Id":"2","Arn":"arn:aws:lambda:us-east-1:000000000000:function:f"})"),
            "accepted");
  EXPECT_EQ(failures(R"({"Id":"2","Arn":")" + std::string(queue_arn) + "\"}"),
            "Parameter(s) MessageGroupId must be specified for target: 2.");
  EXPECT_EQ(failures(plain + R"(,"Input":"{}","InputPath":"$.detail"})"),
            "Only one of Input, InputPath, or InputTransformer must be provided for target 2.");
  EXPECT_EQ(failures(plain + R"(,"InputTransformer":{"InputTemplate":"<x>"}})"),
            "InputTemplate for target 2 contains invalid placeholder x.");
  EXPECT_NE(failures(plain + R"(,"InputPath":"detail"})"), "accepted");
  EXPECT_NE(failures(plain +
                     R"(,"DeadLetterConfig":{"Arn":"arn:aws:sqs:us-east-1:000000000000:d.fifo"}})"),
            "accepted");
  EXPECT_EQ(failures(plain + "}"), "accepted");
}

TEST_F(EventBridgeRules, RefusesTheWholeCallForATargetOutOfTheModelsBounds) {
  build_road();
  const auto refusal = [&](std::string_view members) {
    return refused("PutTargets",
                   R"({"Rule":"forward","EventBusName":"products","Targets":[{"Id":"2","Arn":")" +
                       std::string(plain_queue_arn) + "\"," + std::string(members) + "}]}");
  };
  EXPECT_EQ(refusal(R"("RetryPolicy":{"MaximumRetryAttempts":186})"),
            "ValidationException: 1 validation error detected: Value '186' at "
            "'targets.1.member.retryPolicy.maximumRetryAttempts' failed to satisfy constraint: "
            "Member must have value less than or equal to 185");
  EXPECT_NE(refusal(R"("InputTransformer":{})"), "accepted");
  EXPECT_NE(refusal(R"("DeadLetterConfig":{"Arn":""})"), "accepted");
  const auto there = ok("ListTargetsByRule", R"({"Rule":"forward","EventBusName":"products"})");
  EXPECT_EQ(there.at("Targets").as_array().size(), 1U);
}

TEST_F(EventBridgeRules, LimitsTheLengthOfPatternsWhenAsked) {
  const std::string text =
      R"({"Name":"r","EventPattern":"{\"a\":[\")" + std::string(5000, 'x') + R"(\"]}"})";
  ok("PutRule", text);
  quotas_ = true;
  EXPECT_TRUE(
      refused("PutRule", text).ends_with("Member must have length less than or equal to 4096"));
}

TEST_F(EventBridgeRules, TestsPatterns) {
  const auto result = [&](const char* pattern, const char* event) {
    return ok("TestEventPattern",
              json::serialize(json::object{{"EventPattern", pattern}, {"Event", event}}))
        .at("Result")
        .as_bool();
  };
  EXPECT_TRUE(result(R"({"source":["a"]})", R"({"source":"a"})"));
  EXPECT_FALSE(result(R"({"source":["a"]})", R"({"source":"b"})"));
  EXPECT_TRUE(refused("TestEventPattern", R"({"EventPattern":"{}","Event":"{}"})")
                  .starts_with("InvalidEventPatternException"));
  EXPECT_TRUE(refused("TestEventPattern", R"({"EventPattern":"{\"a\":[1]}","Event":"x"})")
                  .starts_with("ValidationException"));
}

TEST_F(EventBridgeRules, TagsBusesAndRules) {
  ok("CreateEventBus", R"({"Name":"b","Tags":[{"Key":"k","Value":"v"}]})");
  const std::string arn = R"({"ResourceARN":"arn:aws:events:us-east-1:000000000000:event-bus/b")";
  ok("TagResource", arn + R"(,"Tags":[{"Key":"l","Value":"w"}]})");
  ok("UntagResource", arn + R"(,"TagKeys":["k"]})");
  EXPECT_EQ(json::serialize(ok("ListTagsForResource", arn + "}")),
            R"({"Tags":[{"Key":"l","Value":"w"}]})");
  ok("PutRule", R"({"Name":"r","EventPattern":"{\"a\":[1]}","Tags":[{"Key":"x","Value":"y"}]})");
  EXPECT_EQ(
      ok("ListTagsForResource", R"({"ResourceARN":"arn:aws:events:us-east-1:000000000000:rule/r"})")
          .at("Tags")
          .as_array()
          .size(),
      1U);
  EXPECT_TRUE(refused("ListTagsForResource", R"({"ResourceARN":"arn:x"})")
                  .starts_with("ResourceNotFoundException"));
}

TEST_F(EventBridgeRules, TakesPermissionsAndTellsThem) {
  ok("PutPermission",
     R"({"StatementId":"s","Action":"events:PutEvents","Principal":"111122223333"})");
  const std::string policy(ok("DescribeEventBus", "{}").at("Policy").as_string());
  EXPECT_NE(policy.find(R"("Principal":{"AWS":"arn:aws:iam::111122223333:root"})"),
            std::string::npos)
      << policy;
  ok("RemovePermission", R"({"StatementId":"s"})");
  EXPECT_FALSE(ok("DescribeEventBus", "{}").contains("Policy"));
  EXPECT_TRUE(refused("RemovePermission", R"({"StatementId":"s"})")
                  .starts_with("ResourceNotFoundException"));
}

TEST_F(EventBridgeRules, RefusesOperationsItDoesNotHave) {
  EXPECT_TRUE(refused("CreateArchive", "{}").starts_with("UnknownOperationException"));
}

}  // namespace
}  // namespace tidewire::local
