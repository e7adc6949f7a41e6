#include "local/sqs/receive_attempts.hpp"

#include "local/sqs/queues_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ReceiveAttempts, AreForgottenAfterFiveMinutesEachAtItsTime) {
  receive_attempts attempts;
  EXPECT_EQ(attempts.bytes(), 0U);
  attempts.remember("a", {{.place = 1}}, 1'000);
  attempts.remember("b", {{.place = 2}}, 2'000);
  EXPECT_EQ(attempts.find("c", 2'000), nullptr);
  ASSERT_NE(attempts.find("a", 300'999), nullptr);
  EXPECT_EQ(attempts.find("a", 300'999)->front().place, 1U);
  EXPECT_EQ(attempts.find("a", 301'000), nullptr);
  ASSERT_NE(attempts.find("b", 301'000), nullptr);
  EXPECT_EQ(attempts.find("b", 302'000), nullptr);
  EXPECT_EQ(attempts.bytes(), 0U);
}

/// A FIFO queue that hides messages for ten seconds, with "1" and "2" of one group and "x" of
/// another.
class SqsReceiveAttempts : public Sqs {
 protected:
  SqsReceiveAttempts() {
    url = queue("q.fifo", {{"FifoQueue", "true"}, {"VisibilityTimeout", "10"}});
    send(url, "1", "g", "1");
    send(url, "2", "g", "2");
    send(url, "x", "h", "x");
  }

  std::string url;

  json::object asking(const char* id, int count = 2) const {
    return {{"QueueUrl", url}, {"MaxNumberOfMessages", count}, {"ReceiveRequestAttemptId", id}};
  }
  json::object asked(const char* id, int count = 2) {
    return good("ReceiveMessage", asking(id, count));
  }
  std::string refused(const char* id) { return refusal("ReceiveMessage", asking(id)); }
  void hide(const json::value& handle, int seconds) {
    good("ChangeMessageVisibility",
         {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", seconds}});
  }
};

const json::value& handle_of(const json::object& answer, std::size_t index) {
  return answer.at("Messages").at(index).at("ReceiptHandle");
}

constexpr const char* not_retryable =
    "InvalidParameterValueException: Value a for parameter ReceiveRequestAttemptId is invalid. "
    "Reason: The receiveRequestAttemptId is not valid anymore since the receive call is not "
    "retryable.";

TEST_F(SqsReceiveAttempts, ARepeatedCallGetsTheSameMessagesUnderTheSameReceipts) {
  const auto first = asked("a");
  ASSERT_EQ(first.at("Messages").as_array().size(), 2U);
  EXPECT_EQ(asked("a"), first);
  EXPECT_EQ(asked("a", 1), first) << "whatever number it asks for";
  const auto other = asked("b");
  ASSERT_EQ(other.at("Messages").as_array().size(), 1U);
  EXPECT_EQ(other.at("Messages").at(0).at("Body"), "x");
  good("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle_of(first, 0)}});
}

TEST_F(SqsReceiveAttempts, ARepeatedCallHidesItsMessagesAnew) {
  asked("a", 10);
  now += 9s;
  arrivals.clear();
  asked("a");
  EXPECT_THAT(arrivals, ElementsAre("q.fifo")) << "who waits has to wait longer";
  now += 9s;
  EXPECT_THAT(bodies(url), IsEmpty());
  EXPECT_EQ(service.due("q.fifo"), now + 1s);
  asked("a");
  now += 10s;
  EXPECT_THAT(bodies(url), ElementsAre("1", "2", "x"));
}

TEST_F(SqsReceiveAttempts, ACallThatFoundNothingMayBeRepeatedUntilItFinds) {
  asked("a", 10);
  EXPECT_EQ(asked("b"), json::object{});
  now += 10s;
  EXPECT_EQ(asked("b").at("Messages").as_array().size(), 2U);
}

TEST_F(SqsReceiveAttempts, ADeletedMessageEndsIt) {
  const auto first = asked("a");
  good("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle_of(first, 1)}});
  EXPECT_EQ(refused("a"), not_retryable);
}

TEST_F(SqsReceiveAttempts, AChangeOfVisibilityEndsIt) {
  const auto first = asked("a");
  hide(handle_of(first, 1), 30);
  EXPECT_EQ(refused("a"), not_retryable);
}

TEST_F(SqsReceiveAttempts, MessagesThatAreVisibleAgainOrTakenByOthersEndIt) {
  asked("a");
  now += 10s;
  EXPECT_EQ(refused("a"), not_retryable);
  EXPECT_THAT(bodies(url), ElementsAre("1", "2", "x"));
  EXPECT_EQ(refused("a"), not_retryable);
}

TEST_F(SqsReceiveAttempts, AfterFiveMinutesTheIdIsNew) {
  asked("a");
  now += 299s;
  EXPECT_EQ(refused("a"), not_retryable);
  now += 1s;
  EXPECT_EQ(asked("a").at("Messages").as_array().size(), 2U);
}

TEST_F(SqsReceiveAttempts, AStandardQueueDoesNotHeedTheId) {
  url = queue("standard");
  send(url, "1");
  send(url, "2");
  const auto first = asked("a", 1);
  EXPECT_NE(asked("a", 1), first);
}

TEST_F(SqsReceiveAttempts, AnIdIsOfLettersDigitsAndPunctuation) {
  EXPECT_THAT(refused("a b"), HasSubstr("alphanumeric and punctuation characters. 1 to 128"));
  EXPECT_THAT(refused(std::string(129, 'a').c_str()), HasSubstr("1 to 128 in length"));
  EXPECT_EQ(refused(std::string(128, '~').c_str()), "accepted");
}

}  // namespace
}  // namespace tidewire::local
