#include "local/local_aws.hpp"

#include "base/startup_error.hpp"
#include "base/task.hpp"
#include "http/pool.hpp"
#include "local/call/digest.hpp"
#include "local/front/signature.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

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

/// A PutRecords for a stream that is missing, signed with the default secret.
http::request large_call(char filling, const std::string& host) {
  http::request message{
      .headers = {{"X-Amz-Target", "Kinesis_20131202.PutRecords"},
                  {"Content-Type", "application/x-amz-json-1.1"},
                  {"Host", host}},
      .body = R"({"StreamName":"missing","Records":[{"PartitionKey":"1","Data":")" +
              std::string(40'000, filling) + R"("}]})"};
  const std::time_t now = std::time(nullptr);
  std::string date(16, ' ');
  std::strftime(date.data(), date.size() + 1, "%Y%m%dT%H%M%SZ", std::gmtime(&now));
  message.headers.push_back({"X-Amz-Date", date});
  const std::string scope = date.substr(0, 8) + "/us-east-1/kinesis/aws4_request";
  auto key = hmac_sha256("AWS4test", date.substr(0, 8));
  for (const auto* part : {"us-east-1", "kinesis", "aws4_request"})
    key = hmac_sha256(as_view(key), part);
  const auto canonical = canonical_request(message, "host;x-amz-date", sha256(message.body));
  const auto to_sign =
      "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + hex(sha256(canonical.value()));
  message.headers.push_back({"Authorization",
                             "AWS4-HMAC-SHA256 Credential=AKID/" + scope +
                                 ", SignedHeaders=host;x-amz-date, Signature=" +
                                 hex(hmac_sha256(as_view(key), to_sign))});
  return message;
}

TEST(LocalAws, JudgesEachOfManyLargeBodiesByItself) {
  asio::io_context io(1);
  local_aws aws(io, {});
  const http::origin there{.tls = false, .host = "127.0.0.1", .port = aws.port()};
  http::pool connections(io.get_executor(), there, {});
  constexpr std::size_t count = 100, wrong_every = 7;
  std::vector<std::string> said(count);
  std::size_t answered = 0;
  auto serving = [&]() -> asio::awaitable<void> { co_await aws.run(); };
  auto asking = [&](std::size_t i) -> asio::awaitable<void> {
    auto message = large_call(static_cast<char>('a' + i % 26), there.authority());
    if (i % wrong_every == 0) message.body[100] = '-';
    const auto answer = co_await connections.send(message, 60s);
    if (!answer.has_error()) said[i] = http::find_header(answer->headers, "X-Amzn-ErrorType");
    if (++answered == count) aws.stop();
  };
  asio::co_spawn(io, serving, asio::detached);
  for (std::size_t i = 0; i < count; ++i) asio::co_spawn(io, asking(i), asio::detached);
  io.run_for(120s);
  for (std::size_t i = 0; i < count; ++i)
    EXPECT_EQ(said[i],
              i % wrong_every == 0 ? "InvalidSignatureException" : "ResourceNotFoundException")
        << i;
}

TEST(LocalAws, ATakenPortIsSaid) {
  asio::io_context io(1);
  local_aws first(io, {});
  EXPECT_THROW(local_aws(io, {.port = first.port()}), startup_error);
}

}  // namespace
}  // namespace tidewire::local
