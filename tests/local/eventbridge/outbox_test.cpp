#include "local/eventbridge/outbox.hpp"

#include "local/eventbridge/queues.hpp"

#include <gtest/gtest.h>

namespace tidewire::local {
namespace {

using namespace std::chrono_literals;

constexpr auto dead_letters = "arn:aws:sqs:us-east-1:1:dead";

/// A queue that is missing while its dead-letter queue is there.
class half_missing : public recording_queues {
 public:
  send_outcome send(std::string_view arn,
                    const queue_message& message,
                    std::chrono::system_clock::time_point now) override {
    const bool down = missing;
    if (arn == dead_letters) missing = false;
    auto out = recording_queues::send(arn, message, now);
    missing = down;
    return out;
  }
};

class Outbox : public testing::Test {
 protected:
  delivery to_queue(retry_policy retries = {}) {
    return {.message = {.body = "event", .group_id = "g"},
            .queue_arn = "arn:aws:sqs:us-east-1:1:q",
            .rule_arn = "arn:aws:events:us-east-1:1:rule/r",
            .retries = retries,
            .dead_letter_arn = dead_letters};
  }
  /// Lets time pass in steps of a tenth of a second.
  void run_for(std::chrono::milliseconds time) {
    for (const auto end = now_ + time; now_ < end; now_ += 100ms) outbox_.tick(now_);
  }

  half_missing queues_;
  delivery_outbox outbox_{queues_};
  std::chrono::system_clock::time_point now_{1'700'000'000s};
};

TEST_F(Outbox, SendsAtOnce) {
  outbox_.deliver(to_queue(), now_);
  ASSERT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(queues_.messages[0].message.group_id, "g");
  EXPECT_EQ(outbox_.waiting(), 0U);
  EXPECT_EQ(outbox_.revision(), 0U);
}

TEST_F(Outbox, TriesAgainUntilTheQueueIsThere) {
  queues_.missing = true;
  outbox_.deliver(to_queue(), now_);
  run_for(5s);
  EXPECT_EQ(outbox_.waiting(), 1U);
  EXPECT_EQ(queues_.tries, 3);  // at once, after 1 s and after 3 s
  queues_.missing = false;
  run_for(10s);
  EXPECT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(outbox_.waiting(), 0U);
}

TEST_F(Outbox, SendsToTheDeadLetterQueueAfterTheLastRetry) {
  queues_.missing = true;
  outbox_.deliver(to_queue({.attempts_max = 2, .age_max = 3600s}), now_);
  run_for(60s);
  ASSERT_EQ(queues_.messages.size(), 1U);
  const auto& dead = queues_.messages[0];
  EXPECT_EQ(dead.queue_arn, dead_letters);
  EXPECT_EQ(dead.message.body, "event");
  EXPECT_EQ(dead.message.group_id, "");
  using attributes = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(dead.message.attributes,
            (attributes{{"RULE_ARN", "arn:aws:events:us-east-1:1:rule/r"},
                        {"TARGET_ARN", "arn:aws:sqs:us-east-1:1:q"},
                        {"ERROR_CODE", "AWS.SimpleQueueService.NonExistentQueue"},
                        {"ERROR_MESSAGE", "No such queue."},
                        {"EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts"},
                        {"RETRY_ATTEMPTS", "2"}}));
  EXPECT_EQ(outbox_.waiting(), 0U);
}

TEST_F(Outbox, SendsToTheDeadLetterQueueWhenTheEventIsTooOld) {
  queues_.missing = true;
  outbox_.deliver(to_queue({.attempts_max = 185, .age_max = 60s}), now_);
  run_for(120s);
  ASSERT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(queues_.messages[0].message.attributes[4].second, "MaximumEventAgeInSeconds");
}

TEST_F(Outbox, GivesUpAtOnceWhereNoRetryIsAllowed) {
  queues_.missing = true;
  outbox_.deliver(to_queue({.attempts_max = 0, .age_max = 60s}), now_);
  EXPECT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(outbox_.waiting(), 0U);
}

TEST_F(Outbox, ForgetsWhatHasNoDeadLetterQueue) {
  queues_.missing = true;
  auto lost = to_queue({.attempts_max = 0, .age_max = 60s});
  lost.dead_letter_arn.clear();
  outbox_.deliver(lost, now_);
  EXPECT_TRUE(queues_.messages.empty());
}

TEST_F(Outbox, HoldsABoundedNumberOfBytes) {
  queues_.missing = true;
  for (int i = 0; i < 70; ++i) {
    auto large = to_queue();
    large.message.body.assign(1024U * 1024U, 'x');
    outbox_.deliver(large, now_);
  }
  EXPECT_EQ(outbox_.waiting(), 64U);
  EXPECT_EQ(queues_.messages.size(), 6U);  // the oldest went to the dead-letter queue
}

TEST_F(Outbox, GoesOnAfterARestart) {
  queues_.missing = true;
  outbox_.deliver(to_queue(), now_);
  EXPECT_GT(outbox_.revision(), 0U);
  delivery_outbox next(queues_);
  next.restore(outbox_.state());
  EXPECT_EQ(next.waiting(), 1U);
  queues_.missing = false;
  next.tick(now_ + 1s);
  ASSERT_EQ(queues_.messages.size(), 1U);
  EXPECT_EQ(queues_.messages[0].message.body, "event");
  EXPECT_EQ(queues_.messages[0].message.group_id, "g");
}

}  // namespace
}  // namespace tidewire::local
