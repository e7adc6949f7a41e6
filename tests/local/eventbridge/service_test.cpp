#include "local/eventbridge/service.hpp"

#include "local/call/fault_source.hpp"
#include "local/eventbridge/queues.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr auto queue_arn = "arn:aws:sqs:us-east-1:000000000000:changes.fifo";
constexpr auto plain_queue_arn = "arn:aws:sqs:us-east-1:000000000000:changes";

class EventBridge : public testing::Test {
 protected:
  reply call(std::string operation, std::string_view input) {
    return service_.handle({.operation = std::move(operation),
                            .input = json::parse(input).get_object(),
                            .now = now_,
                            .base_url = "http://localhost:4566",
                            .quotas = quotas_});
  }
  json::object ok(const std::string& operation, std::string_view input) {
    auto answer = call(operation, input);
    EXPECT_TRUE(answer.has_value())
        << operation << ": " << (answer ? "" : answer.error().code + ": " + answer.error().message);
    return answer ? *answer : json::object{};
  }
  std::string refused(const std::string& operation, std::string_view input) {
    const auto answer = call(operation, input);
    return answer ? "accepted" : answer.error().code + ": " + answer.error().message;
  }
  /// The seed's road: every event of the bus `products` goes to a FIFO queue.
  void build_road() {
    ok("CreateEventBus", R"({"Name":"products"})");
    ok("PutRule",
       R"({"Name":"forward","EventBusName":"products","EventPattern":"{\"source\":[{\"prefix\":\"\"}]}"})");
    ok("PutTargets",
       R"({"Rule":"forward","EventBusName":"products","Targets":[{"Id":"1","Arn":")" +
           std::string(queue_arn) + R"(","SqsParameters":{"MessageGroupId":"Group1"}}]})");
  }
  json::object put(std::string_view bus, std::string_view detail = "{}") {
    const json::object entry{
        {"Source", "shop"}, {"DetailType", "t"}, {"Detail", detail}, {"EventBusName", bus}};
    return ok("PutEvents", json::serialize(json::object{{"Entries", json::array{entry}}}));
  }

  recording_queues queues_;
  eventbridge_service service_{{}, queues_};
  std::chrono::system_clock::time_point now_{1'795'330'376'500ms};
  bool quotas_ = false;
};

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

TEST_F(EventBridge, MakesDescribesListsAndDeletesBuses) {
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

TEST_F(EventBridge, PagesItsLists) {
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

TEST_F(EventBridge, ChecksPatternsWhenARuleIsPut) {
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

TEST_F(EventBridge, KeepsSchedulesOnTheDefaultBusOnly) {
  ok("PutRule", R"=({"Name":"r","ScheduleExpression":"rate(5 minutes)"})=");
  EXPECT_EQ(ok("DescribeRule", R"({"Name":"r"})").at("ScheduleExpression"), "rate(5 minutes)");
  EXPECT_TRUE(refused("PutRule", R"({"Name":"r","ScheduleExpression":"often"})")
                  .starts_with("ValidationException"));
  ok("CreateEventBus", R"({"Name":"b"})");
  EXPECT_EQ(refused("PutRule",
                    R"=({"Name":"r","EventBusName":"b","ScheduleExpression":"rate(5 minutes)"})="),
            "ValidationException: ScheduleExpression is supported only on the default event bus.");
}

TEST_F(EventBridge, UpdatesARuleAndKeepsItsTargets) {
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

TEST_F(EventBridge, DeletesARuleOnlyWithoutTargets) {
  build_road();
  EXPECT_EQ(refused("DeleteRule", R"({"Name":"forward","EventBusName":"products"})"),
            "ValidationException: Rule can't be deleted since it has targets.");
  ok("RemoveTargets", R"({"Rule":"forward","EventBusName":"products","Ids":["1"]})");
  ok("DeleteRule", R"({"Name":"forward","EventBusName":"products"})");
  EXPECT_EQ(refused("DescribeRule", R"({"Name":"forward","EventBusName":"products"})"),
            "ResourceNotFoundException: Rule forward does not exist on EventBus products.");
  EXPECT_EQ(ok("ListRules", R"({"EventBusName":"products"})").at("Rules").as_array().size(), 0U);
}

TEST_F(EventBridge, TellsATargetAsItWasGiven) {
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

TEST_F(EventBridge, TakesTheSchedulesThatAwsTakes) {
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

TEST_F(EventBridge, RefusesTargetsAlone) {
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

TEST_F(EventBridge, RefusesTheWholeCallForATargetOutOfTheModelsBounds) {
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

TEST_F(EventBridge, LimitsTheLengthOfPatternsWhenAsked) {
  const std::string text =
      R"({"Name":"r","EventPattern":"{\"a\":[\")" + std::string(5000, 'x') + R"(\"]}"})";
  ok("PutRule", text);
  quotas_ = true;
  EXPECT_TRUE(
      refused("PutRule", text).ends_with("Member must have length less than or equal to 4096"));
}

TEST_F(EventBridge, TestsPatterns) {
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

TEST_F(EventBridge, TagsBusesAndRules) {
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

TEST_F(EventBridge, TakesPermissionsAndTellsThem) {
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

TEST_F(EventBridge, RefusesOperationsItDoesNotHave) {
  EXPECT_TRUE(refused("CreateArchive", "{}").starts_with("UnknownOperationException"));
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

}  // namespace
}  // namespace tidewire::local
