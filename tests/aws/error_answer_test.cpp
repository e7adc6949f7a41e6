#include "aws/error_answer.hpp"

#include "aws/backoff.hpp"
#include "aws/retry_table.hpp"

#include <gtest/gtest.h>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using namespace std::chrono_literals;

http::response refusal(unsigned status, std::vector<http::header> headers, std::string body) {
  return {status, std::move(headers), std::move(body)};
}

TEST(ErrorAnswer, TakesTheTypeFromTheBodyWithoutItsNamespace) {
  const auto f = read_failure(refusal(
      400,
      {{"Content-Type", "application/x-amz-json-1.1"}},
      R"({"__type":"com.amazonaws.kinesis#ResourceNotFoundException","message":"Stream x not found."})"));
  EXPECT_EQ(f.status, 400U);
  EXPECT_EQ(f.code, "ResourceNotFoundException");
  EXPECT_EQ(f.message, "Stream x not found.");
  EXPECT_EQ(f.what, remedy::none);
  EXPECT_EQ(describe(f), "ResourceNotFoundException: Stream x not found.");
}

TEST(ErrorAnswer, BelievesTheHeaderFirst) {
  const auto f = read_failure(
      refusal(400,
              {{"x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/coral/x/"}},
              R"({"__type":"Other","Message":"slow"})"));
  EXPECT_EQ(f.code, "ThrottlingException");
  EXPECT_EQ(f.message, "slow");
  EXPECT_EQ(f.what, remedy::slow_down);
}

TEST(ErrorAnswer, KnowsTheOlderNames) {
  EXPECT_EQ(read_failure(refusal(400, {}, R"({"code":"ns#ValidationException:x"})")).code,
            "ValidationException");
  const auto f = read_failure(
      refusal(400, {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}}, ""));
  EXPECT_EQ(f.code, "AWS.SimpleQueueService.NonExistentQueue");
  const auto both = read_failure(
      refusal(400,
              {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
              R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist"})"));
  EXPECT_EQ(both.code, "QueueDoesNotExist");
}

TEST(ErrorAnswer, ReadsCborErrors) {
  const std::string body = std::string("\xBF\x66__type\x78\x26") +
                           "ProvisionedThroughputExceededException" + "\x67message\x64slow\xFF";
  const auto f = read_failure(refusal(400, {{"content-type", "application/x-amz-cbor-1.1"}}, body));
  EXPECT_EQ(f.code, "ProvisionedThroughputExceededException");
  EXPECT_EQ(f.message, "slow");
  EXPECT_EQ(f.what, remedy::slow_down);
}

TEST(ErrorAnswer, ReadsTheXmlOfTheQueryProtocol) {
  const auto f = read_failure(refusal(
      403,
      {{"Content-Type", "text/xml"}},
      "<?xml "
      "version=\"1.0\"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</"
      "Code><Message>no</Message></Error></ErrorResponse>"));
  EXPECT_EQ(f.code, "SignatureDoesNotMatch");
  EXPECT_EQ(f.message, "no");
  EXPECT_EQ(f.what, remedy::none);
}

TEST(ErrorAnswer, FallsBackToTheStatusWhereTheBodySaysNothing) {
  for (const auto* body :
       {"", "<html>Bad Gateway</html>", "not json", "{}", "[]", "\"text\"", "{\"__type\":5}"}) {
    const auto f = read_failure(refusal(502, {}, body));
    EXPECT_EQ(f.code, "") << body;
    EXPECT_EQ(f.what, remedy::retry) << body;
    EXPECT_EQ(describe(f), "HTTP status 502") << body;
  }
  EXPECT_EQ(read_failure(refusal(429, {}, "")).what, remedy::slow_down);
  EXPECT_EQ(read_failure(refusal(404, {}, "")).what, remedy::none);
}

TEST(ErrorAnswer, ReadsHowLongToWait) {
  EXPECT_EQ(read_failure(refusal(503, {{"x-amz-retry-after", "1500"}}, "")).retry_after, 1500ms);
  EXPECT_EQ(read_failure(refusal(503, {{"Retry-After", "2"}}, "")).retry_after, 2s);
  for (const auto* odd : {"", "-1", "soon", "99999999999999999999", "1.5"})
    EXPECT_EQ(read_failure(refusal(503, {{"Retry-After", odd}}, "")).retry_after, 0ms) << odd;
}

TEST(ErrorAnswer, ReadsHttpDates) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            std::chrono::system_clock::from_time_t(784111777));
  for (const auto* odd :
       {"", "yesterday", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT+1"})
    EXPECT_FALSE(parse_http_date(odd)) << odd;
}

TEST(RetryTable, KnowsEveryKindOfFailure) {
  for (const auto* code : {"Throttling",
                           "ThrottlingException",
                           "ThrottledException",
                           "RequestThrottledException",
                           "TooManyRequestsException",
                           "ProvisionedThroughputExceededException",
                           "TransactionInProgressException",
                           "RequestLimitExceeded",
                           "BandwidthLimitExceeded",
                           "LimitExceededException",
                           "RequestThrottled",
                           "SlowDown",
                           "PriorRequestNotComplete",
                           "EC2ThrottledException"})
    EXPECT_EQ(remedy_of(400, code, ""), remedy::slow_down) << code;
  for (const auto* code :
       {"RequestTimeout", "InternalFailure", "InternalError", "ServiceUnavailable"})
    EXPECT_EQ(remedy_of(400, code, ""), remedy::retry) << code;
  for (const unsigned status : {500U, 502U, 503U, 504U})
    EXPECT_EQ(remedy_of(status, "Unheard", ""), remedy::retry) << status;
  for (const auto* code : {"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException"})
    EXPECT_EQ(remedy_of(400, code, ""), remedy::refresh_credentials) << code;
  for (const auto* code : {"ValidationException",
                           "AccessDeniedException",
                           "ResourceNotFoundException",
                           "InvalidSignatureException",
                           ""})
    EXPECT_EQ(remedy_of(400, code, ""), remedy::none) << code;
  EXPECT_EQ(remedy_of(400,
                      "InvalidSignatureException",
                      "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z"),
            remedy::correct_clock);
  EXPECT_EQ(remedy_of(400, "InvalidSignatureException", "Signature not yet current: …"),
            remedy::correct_clock);
  EXPECT_EQ(remedy_of(0, "InternalFailure", ""), remedy::retry);
}

TEST(Backoff, IsFullJitterUnderADoublingLimit) {
  EXPECT_EQ(full_jitter(0, 50ms, 20s, 1.0), 50ms);
  EXPECT_EQ(full_jitter(3, 50ms, 20s, 1.0), 400ms);
  EXPECT_EQ(full_jitter(3, 50ms, 20s, 0.5), 200ms);
  EXPECT_EQ(full_jitter(3, 50ms, 20s, 0.0), 0ms);
  EXPECT_EQ(full_jitter(1000, 50ms, 20s, 1.0), 20s);
  EXPECT_EQ(full_jitter(0, 30s, 20s, 1.0), 20s);
}

TEST(Backoff, WaitsLongerWhenThrottledAndListensToTheServiceWithinFiveSeconds) {
  failure f;
  f.what = remedy::retry;
  EXPECT_EQ(retry_delay(f, 1, 1.0), 100ms);
  f.what = remedy::slow_down;
  EXPECT_EQ(retry_delay(f, 1, 1.0), 2s);
  f.retry_after = 3s;
  EXPECT_EQ(retry_delay(f, 1, 1.0), 3s);
  f.retry_after = 1min;
  EXPECT_EQ(retry_delay(f, 1, 1.0), 7s);
  f.retry_after = 1ms;
  EXPECT_EQ(retry_delay(f, 1, 1.0), 2s);
}

}  // namespace
