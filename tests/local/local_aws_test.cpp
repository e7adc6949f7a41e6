#include "local/local_aws.hpp"

#include "base/startup_error.hpp"
#include "base/task.hpp"
#include "http/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Sends one request to a local AWS of its own, which is then stopped.
http::response ask(http::request message, local_aws::options how = {}) {
  asio::io_context io(1);
  local_aws aws(io, std::move(how));
  http::pool connections(
      io.get_executor(), {.tls = false, .host = "127.0.0.1", .port = aws.port()}, {});
  http::response out;
  auto serving = [&]() -> asio::awaitable<void> { co_await aws.run(); };
  auto asking = [&]() -> asio::awaitable<void> {
    auto answer = co_await connections.send(message, 60s);
    EXPECT_FALSE(answer.has_error()) << answer.error().message();
    if (!answer.has_error()) out = std::move(*answer);
    aws.stop();
  };
  asio::co_spawn(io, serving, asio::detached);
  asio::co_spawn(io, asking, asio::detached);
  io.run_for(120s);
  return out;
}

TEST(LocalAws, IsHealthyWithoutASignature) {
  const auto answer =
      ask({.method = "GET", .target = "/_tidewire/health", .headers = {}, .body = {}});
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.body, HasSubstr("\"UP\""));
}

TEST(LocalAws, RefusesUnsignedCallsInEachProtocolsShape) {
  const auto json = ask({.headers = {{"X-Amz-Target", "Kinesis_20131202.ListStreams"},
                                     {"Content-Type", "application/x-amz-json-1.1"}},
                         .body = "{}"});
  EXPECT_EQ(json.status, 400U);
  EXPECT_EQ(boost::json::parse(json.body).at("__type"), "MissingAuthenticationTokenException");
  EXPECT_EQ(http::find_header(json.headers, "X-Amzn-ErrorType"),
            "MissingAuthenticationTokenException");
  EXPECT_FALSE(http::find_header(json.headers, "x-amzn-RequestId").empty());
  EXPECT_FALSE(http::find_header(json.headers, "Date").empty());

  const auto cbor = ask({.headers = {{"X-Amz-Target", "Kinesis_20131202.ListStreams"},
                                     {"Content-Type", "application/x-amz-cbor-1.1"}},
                         .body = {}});
  EXPECT_EQ(cbor.body.substr(0, 8), "\xa2\x66__type");

  const auto query = ask({.headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                          .body = "Action=ListQueues"});
  EXPECT_EQ(query.status, 403U);
  EXPECT_THAT(query.body, HasSubstr("<Code>MissingAuthenticationToken</Code>"));
}

TEST(LocalAws, JudgesTheSignatureBeforeAnyFault) {
  asio::io_context io(1);
  local_aws aws(io, {.faults = {.reset = 1.0}});
  http::pool connections(
      io.get_executor(), {.tls = false, .host = "127.0.0.1", .port = aws.port()}, {});
  http::request unsigned_call{.headers = {{"X-Amz-Target", "AmazonSQS.ListQueues"}}, .body = "{}"};
  unsigned status = 0;
  auto serving = [&]() -> asio::awaitable<void> { co_await aws.run(); };
  auto asking = [&]() -> asio::awaitable<void> {
    const auto answer = co_await connections.send(unsigned_call, 60s);
    if (!answer.has_error()) status = answer->status;
    aws.stop();
  };
  asio::co_spawn(io, serving, asio::detached);
  asio::co_spawn(io, asking, asio::detached);
  io.run_for(120s);
  EXPECT_EQ(status, 400U);
}

TEST(LocalAws, ATakenPortIsSaid) {
  asio::io_context io(1);
  local_aws first(io, {});
  EXPECT_THROW(local_aws(io, {.port = first.port()}), startup_error);
}

}  // namespace
}  // namespace tidewire::local
