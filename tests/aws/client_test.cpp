#include "aws/client.hpp"

#include "aws/operation.hpp"
#include "aws/scripted_service.hpp"
#include "aws/sigv4.hpp"

#include <gmock/gmock.h>

#include <array>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using tidewire::testing::scripted_service;

http::request request() {
  return make_operation("Service_1", "Do", "application/x-amz-json-1.1", "{}");
}

/// Hands out key ids "1", "2" … : a new one after each invalidate().
class counting_provider final : public credentials_provider {
 public:
  call<credentials> get() override {
    credentials c{std::to_string(generation), "secret", "token" + std::to_string(generation), {}};
    co_return c;
  }
  void invalidate() override { ++generation; }
  int generation = 1;
};

const char* const throttled = R"({"__type":"ThrottlingException","message":"Rate exceeded"})";

TEST(Client, SignsWhatItSends) {
  scripted_service service;
  service.then(200, "{\"ok\":true}");
  auto c = service.client("kinesis");
  const auto answered = service.run(c.send(request()));
  ASSERT_TRUE(answered) << describe(answered.error());
  EXPECT_EQ(answered->body, "{\"ok\":true}");
  EXPECT_THAT(service.header(0, "authorization"), StartsWith("AWS4-HMAC-SHA256 Credential=AKID/"));
  EXPECT_THAT(service.header(0, "authorization"),
              HasSubstr("/eu-west-1/kinesis/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "));
  EXPECT_EQ(service.header(0, "x-amz-target"), "Service_1.Do");
  EXPECT_EQ(service.header(0, "content-length"), "2");
}

TEST(Client, TheSignatureIsThatOfTheRequestAsItArrives) {
  scripted_service service;
  service.then(200, "{}");
  auto how = service.options("sqs");
  how.now = [] { return std::chrono::system_clock::from_time_t(1'795'330'911); };
  auto c = service.client(how);
  ASSERT_TRUE(service.run(c.send(request())));
  http::request again = service.seen[0];
  std::erase_if(again.headers, [](const http::header& h) {
    return h.name == "Authorization" || h.name == "X-Amz-Date" || h.name == "Content-Length" ||
           h.name == "Host";
  });
  signer s("eu-west-1", "sqs");
  EXPECT_EQ(
      s.sign(again, service.header(0, "host"), {"AKID", "secret", {}}, how.now()).authorization,
      service.header(0, "authorization"));
}

TEST(Client, TriesAgainWhenThrottledAndWhenTheServiceStumbles) {
  scripted_service service;
  service.then(400, throttled);
  service.then(500, "");
  service.then(200, "{}");
  auto c = service.client("kinesis");
  EXPECT_TRUE(service.run(c.send(request(), 3)));
  EXPECT_EQ(service.seen.size(), 3U);
  // Each attempt is signed anew and carries no header twice.
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(std::count_if(service.seen[i].headers.begin(),
                            service.seen[i].headers.end(),
                            [](const auto& h) { return h.name == "Authorization"; }),
              1);
}

TEST(Client, TriesAgainWhenTheConnectionIsCut) {
  scripted_service service;
  service.then_reset();
  service.then(200, "{}");
  auto c = service.client("kinesis");
  EXPECT_TRUE(service.run(c.send(request(), 2)));
}

TEST(Client, GivesUpAfterTheAttemptsAskedFor) {
  scripted_service service;
  for (int i = 0; i < 3; ++i) service.then(500, R"({"__type":"InternalFailure"})");
  auto c = service.client("kinesis");
  const auto failed = service.run(c.send(request(), 2));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "InternalFailure");
  EXPECT_EQ(failed.error().what, remedy::retry);
  EXPECT_EQ(service.seen.size(), 2U);
}

TEST(Client, OneAttemptMeansOne) {
  scripted_service service;
  service.then(400, throttled);
  auto c = service.client("kinesis");
  const auto failed = service.run(c.send(request(), 1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, remedy::slow_down);
  EXPECT_EQ(service.seen.size(), 1U);
}

TEST(Client, DoesNotRepeatWhatWouldBeRefusedAgain) {
  scripted_service service;
  service.then(400, R"({"__type":"ValidationException","message":"no"})");
  auto c = service.client("kinesis");
  const auto failed = service.run(c.send(request(), 5));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, remedy::none);
  EXPECT_EQ(service.seen.size(), 1U);
}

TEST(Client, ARefusedPortIsATransportFailureToBeRetried) {
  scripted_service service;
  auto how = service.options("kinesis");
  how.endpoint.port = 1;
  auto c = service.client(how);
  const auto failed = service.run(c.send(request(), 1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().transport, asio::error::connection_refused);
  EXPECT_EQ(failed.error().what, remedy::retry);
}

TEST(Client, FetchesNewCredentialsOnceWhenTheyHaveExpired) {
  scripted_service service;
  service.then(
      400,
      R"({"__type":"ExpiredTokenException","message":"The security token included in the request is expired"})");
  service.then(200, "{}");
  const auto who = std::make_shared<counting_provider>();
  client c(service.io().get_executor(), service.options("kinesis"), who);
  EXPECT_TRUE(service.run(c.send(request(), 1)));
  EXPECT_THAT(service.header(0, "authorization"), HasSubstr("Credential=1/"));
  EXPECT_THAT(service.header(1, "authorization"), HasSubstr("Credential=2/"));
  EXPECT_EQ(service.header(1, "x-amz-security-token"), "token2");
}

TEST(Client, SaysSoWhenTheNewCredentialsHaveExpiredToo) {
  scripted_service service;
  for (int i = 0; i < 2; ++i) service.then(400, R"({"__type":"ExpiredTokenException"})");
  const auto who = std::make_shared<counting_provider>();
  client c(service.io().get_executor(), service.options("kinesis"), who);
  const auto failed = service.run(c.send(request(), 1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, remedy::refresh_credentials);
  EXPECT_EQ(service.seen.size(), 2U);
  EXPECT_EQ(who->generation, 3);
}

TEST(Client, CorrectsAClockThatIsTenMinutesSlow) {
  scripted_service service;
  const auto real = std::chrono::system_clock::from_time_t(1'795'330'911);
  const std::vector<http::header> date{{"Date", "Sun, 22 Nov 2026 07:01:51 GMT"}};
  service.then(
      400,
      R"({"__type":"InvalidSignatureException","message":"Signature expired: 20261122T065151Z is now earlier than 20261122T065651Z"})",
      date);
  service.then(200, "{}");
  service.then(200, "{}");
  auto how = service.options("kinesis");
  how.now = [real] { return real - 10min; };
  auto c = service.client(how);
  EXPECT_TRUE(service.run(c.send(request(), 1)));
  EXPECT_TRUE(service.run(c.send(request(), 1)));
  EXPECT_EQ(service.header(0, "x-amz-date"), amz_date(real - 10min));
  EXPECT_EQ(service.header(1, "x-amz-date"), amz_date(real));
  EXPECT_EQ(service.header(2, "x-amz-date"), amz_date(real));
}

TEST(Client, AWrongSecretIsNotTakenForAWrongClock) {
  scripted_service service;
  service.then(
      400,
      R"({"__type":"InvalidSignatureException","message":"The request signature we calculated does not match the signature you provided."})");
  auto c = service.client("kinesis");
  const auto failed = service.run(c.send(request(), 3));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, remedy::none);
  EXPECT_EQ(service.seen.size(), 1U);
}

TEST(Client, WithoutCredentialsNothingIsSent) {
  scripted_service service;
  client c(service.io().get_executor(),
           service.options("kinesis"),
           make_default_chain([](std::string_view) { return std::nullopt; }));
  const auto failed = service.run(c.send(request(), 1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, no_credentials_code);
  EXPECT_TRUE(service.seen.empty());
}

TEST(Client, PutsTheEndpointsPathBeforeItsRequests) {
  scripted_service service;
  service.then(200, "{}");
  auto how = service.options("kinesis");
  how.endpoint_path = "/aws/kinesis";
  auto c = service.client(how);
  EXPECT_TRUE(service.run(c.send(request())));
  EXPECT_EQ(service.seen[0].target, "/aws/kinesis");
}

/// Sends a request with a large body, and says when it was answered.
asio::awaitable<void> send_large(client& c, bool& answered) {
  http::request large = make_operation(
      "Service_1", "Do", "application/x-amz-json-1.1", std::string(1024U * 1024U, ' '));
  auto sending = c.send(std::move(large));
  answered = (co_await std::move(sending)).has_value();
}

TEST(Client, ALargeBodyWaitsForCompanyOnlyWhileAnotherRequestIsUnderWay) {
  scripted_service service;
  auto how = service.options("kinesis");
  how.company_us_max = 1h;
  auto c = service.client(how);
  std::array<bool, 3> answered{};
  const auto send = [&](std::size_t i) {
    asio::co_spawn(service.io(), send_large(c, answered[i]), asio::detached);
  };
  const http::answer well{.message = {200, {}, "{}"}};
  service.then([&](const http::request&) {
    send(1);
    return well;
  });
  for (int i = 0; i < 2; ++i) service.then(200, "{}");
  send(0);
  while (!answered[0]) service.io().run_one();
  service.io().poll();
  EXPECT_EQ(service.seen.size(), 1U);
  send(2);  // with nothing under way; the one that waits goes with it
  while (!answered[1] || !answered[2]) service.io().run_one();
  EXPECT_EQ(service.seen.size(), 3U);
}

}  // namespace
