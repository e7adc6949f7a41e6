#pragma once

#include "local/sqs/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::local {

/// An SQS without a protocol around it, at a time that the test moves.
class Sqs : public testing::Test {
 protected:
  explicit Sqs(std::size_t bytes_max = 0)
      : service({.who = {},
                 .on_arrival = [this](const std::string& queue) { arrivals.push_back(queue); },
                 .bytes_max = bytes_max,
                 .warn = [this](const std::string& sentence) { warnings.push_back(sentence); }}) {}

  std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  std::vector<std::string> arrivals;
  std::vector<std::string> warnings;
  sqs_service service;
  bool quotas = false;

  reply call(std::string operation, boost::json::object input) {
    return service.handle({.operation = std::move(operation),
                           .input = std::move(input),
                           .now = now,
                           .base_url = "http://here:1",
                           .faults = nullptr,
                           .quotas = quotas});
  }
  boost::json::object good(std::string operation, boost::json::object input) {
    auto done = call(std::move(operation), std::move(input));
    EXPECT_FALSE(done.has_error()) << done.error().code << done.error().message;
    return done.has_error() ? boost::json::object{} : *done;
  }
  std::string refusal(std::string operation, boost::json::object input) {
    const auto done = call(std::move(operation), std::move(input));
    return done.has_error() ? done.error().code + ": " + done.error().message : "accepted";
  }
  std::string queue(const char* name, boost::json::object attributes = {}) {
    return std::string(
        good("CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}})
            .at("QueueUrl")
            .as_string());
  }
  boost::json::object send(const std::string& url,
                           const char* body,
                           const char* group = "",
                           const char* id = "") {
    boost::json::object input{{"QueueUrl", url}, {"MessageBody", body}};
    if (*group != '\0') input["MessageGroupId"] = group;
    if (*id != '\0') input["MessageDeduplicationId"] = id;
    return good("SendMessage", std::move(input));
  }
  boost::json::array receive(const std::string& url, int count = 10) {
    auto done =
        good("ReceiveMessage",
             {{"QueueUrl", url}, {"MaxNumberOfMessages", count}, {"AttributeNames", {"All"}}});
    return done.contains("Messages") ? done.at("Messages").as_array() : boost::json::array{};
  }
  std::vector<std::string> bodies(const std::string& url, int count = 10) {
    std::vector<std::string> out;
    for (const auto& m : receive(url, count)) out.emplace_back(m.at("Body").as_string());
    return out;
  }
};

}  // namespace tidewire::local
