#pragma once

#include "local/call/fault_source.hpp"
#include "local/eventbridge/queues.hpp"
#include "local/eventbridge/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::local {

inline constexpr auto queue_arn = "arn:aws:sqs:us-east-1:000000000000:changes.fifo";
inline constexpr auto plain_queue_arn = "arn:aws:sqs:us-east-1:000000000000:changes";

class eventbridge_test : public ::testing::Test {
 protected:
  reply call(std::string operation, std::string_view input) {
    return service_.handle({.operation = std::move(operation),
                            .input = boost::json::parse(input).get_object(),
                            .now = now_,
                            .base_url = "http://localhost:4566",
                            .quotas = quotas_});
  }
  boost::json::object ok(const std::string& operation, std::string_view input) {
    auto answer = call(operation, input);
    EXPECT_TRUE(answer.has_value())
        << operation << ": " << (answer ? "" : answer.error().code + ": " + answer.error().message);
    return answer ? *answer : boost::json::object{};
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
  boost::json::object put(std::string_view bus, std::string_view detail = "{}") {
    const boost::json::object entry{
        {"Source", "shop"}, {"DetailType", "t"}, {"Detail", detail}, {"EventBusName", bus}};
    return ok("PutEvents",
              boost::json::serialize(boost::json::object{{"Entries", boost::json::array{entry}}}));
  }

  recording_queues queues_;
  eventbridge_service service_{{}, queues_};
  std::chrono::system_clock::time_point now_{std::chrono::milliseconds{1'795'330'376'500}};
  bool quotas_ = false;
};

}  // namespace tidewire::local
