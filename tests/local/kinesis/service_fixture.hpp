#pragma once

#include "base/base64.hpp"
#include "local/call/fault_source.hpp"
#include "local/kinesis/service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

/// The local Kinesis, asked without HTTP.
namespace tidewire::local {

namespace json = boost::json;

class Kinesis : public testing::Test {
 protected:
  explicit Kinesis(kinesis_service::options how = {.who = {}}) : service(std::move(how)) {}

  std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  kinesis_service service;
  bool quotas = false;
  fault_source* faults = nullptr;

  reply call(std::string operation, const char* input) {
    return service.handle({.operation = std::move(operation),
                           .input = json::parse(input).as_object(),
                           .now = now,
                           .base_url = {},
                           .faults = faults,
                           .quotas = quotas});
  }
  json::object good(std::string operation, const char* input) {
    auto done = call(std::move(operation), input);
    EXPECT_FALSE(done.has_error()) << done.error().code << done.error().message;
    return done.has_error() ? json::object{} : *done;
  }
  std::string refusal(std::string operation, const char* input) {
    const auto done = call(std::move(operation), input);
    return done.has_error() ? done.error().code + ": " + done.error().message : "accepted";
  }
  kinesis_service::body_reply body(std::string_view operation, const json::value& input) {
    const std::string text = json::serialize(input);
    return service.handle_body({.operation = operation,
                                .format = body_format::json,
                                .body = text,
                                .now = now,
                                .faults = faults,
                                .quotas = quotas});
  }
  json::object put(int count, std::size_t size = 1, const char* stream = "s") {
    json::array records;
    for (int i = 0; i < count; ++i)
      records.push_back(json::object{{"Data", to_base64(std::string(size, 'x'))},
                                     {"PartitionKey", "k" + std::to_string(i)}});
    const auto done =
        body("PutRecords", json::object{{"StreamName", stream}, {"Records", records}});
    EXPECT_FALSE(done.has_error()) << done.error().message;
    return json::parse(done->bytes).as_object();
  }
  std::string iterator(const char* type = "TRIM_HORIZON",
                       const char* shard = "shardId-000000000000",
                       const char* stream = "s") {
    const json::object input{
        {"StreamName", stream}, {"ShardId", shard}, {"ShardIteratorType", type}};
    return std::string(
        good("GetShardIterator", json::serialize(input).c_str()).at("ShardIterator").as_string());
  }
  json::object get(const std::string& from, int limit = 10'000) {
    const auto done = body("GetRecords", json::object{{"ShardIterator", from}, {"Limit", limit}});
    if (done.has_error()) return {{"error", done.error().code + ": " + done.error().message}};
    return json::parse(done->bytes).as_object();
  }
};

}  // namespace tidewire::local
