#include "consumer/queue.hpp"

#include "aws/scripted_service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::seconds;
using testing::scripted_service;
using texts = std::vector<std::string>;

class Queue : public ::testing::Test {
 protected:
  queue make(seconds visibility, const std::string& name = "q") {
    return {service_.io().get_executor(),
            "http://127.0.0.1/000000000000/" + name,
            visibility,
            aws::sqs_client(service_.client("sqs"))};
  }

  /// The handles of a request, each with the time that it is to be hidden.
  texts asked(std::size_t request) const {
    texts all;
    const auto body = service_.json(request);
    for (const auto& entry : body.at("Entries").as_array()) {
      std::string text(entry.at("ReceiptHandle").as_string());
      if (const auto* time = entry.as_object().if_contains("VisibilityTimeout"))
        text += " " + std::to_string(time->as_int64());
      all.push_back(std::move(text));
    }
    return all;
  }

  std::string attempt(std::size_t request) const {
    const auto body = service_.json(request);
    const auto* const id = body.as_object().if_contains("ReceiveRequestAttemptId");
    return id == nullptr ? "none" : std::string(id->as_string());
  }

  scripted_service service_;
};

const std::string second_fails_for_a_moment =
    R"({"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"}]})";
const std::string second_is_refused =
    R"({"Failed":[{"Id":"1","SenderFault":true,"Code":"ReceiptHandleIsInvalid"}]})";

TEST_F(Queue, RepeatsAReceiveOfAFifoQueueUnderItsIdAndHasAnotherForTheNext) {
  service_.then(500, R"({"__type":"InternalFailure"})");
  service_.then(200, "{}");
  service_.then(200, "{}");
  auto q = make(seconds(30), "q.fifo");
  EXPECT_TRUE(service_.run(q.receive(10, seconds(0))).has_value());
  EXPECT_TRUE(service_.run(q.receive(10, seconds(0))).has_value());
  ASSERT_EQ(service_.seen.size(), 3U);
  EXPECT_EQ(attempt(0).size(), 32U);
  EXPECT_EQ(attempt(1), attempt(0));
  EXPECT_NE(attempt(2), attempt(0));
}

TEST_F(Queue, ReceivesOfAStandardQueueHaveNoId) {
  service_.then(200, "{}");
  auto q = make(seconds(30));
  EXPECT_TRUE(service_.run(q.receive(10, seconds(0))).has_value());
  EXPECT_EQ(attempt(0), "none");
}

TEST_F(Queue, GivesBackAgainWhatFailedForAMoment) {
  service_.then(200, second_fails_for_a_moment);
  service_.then(200, "{}");
  auto q = make(seconds(30));
  EXPECT_EQ(service_.run(q.give_back({"a", "b", "c"})), 3U);
  EXPECT_EQ(asked(0), (texts{"a 0", "b 0", "c 0"}));
  EXPECT_EQ(asked(1), texts{"b 0"});
  EXPECT_EQ(service_.header(0, "x-amz-target"), "AmazonSQS.ChangeMessageVisibilityBatch");
}

TEST_F(Queue, DoesNotInsistOnWhatIsRefused) {
  service_.then(200, second_is_refused);
  auto q = make(seconds(30));
  EXPECT_EQ(service_.run(q.give_back({"a", "b"})), 1U);
  EXPECT_EQ(service_.run(q.give_back({})), 0U);
  EXPECT_EQ(service_.seen.size(), 1U);
}

TEST_F(Queue, DeletesAgainWhatFailedForAMomentAndTellsWhatIsGone) {
  service_.then(200, second_fails_for_a_moment);
  service_.then(200, "{}");
  auto q = make(seconds(30));
  EXPECT_EQ(service_.run(q.remove({{"m1", "a"}, {"m2", "b"}, {"m3", "c"}})),
            (texts{"m1", "m3", "m2"}));
  EXPECT_EQ(asked(1), texts{"b"});
}

TEST_F(Queue, HidesWhatIsKeptUntilItIsLetGoOrRefused) {
  const auto refuse_b = [this](const http::request&) {
    const auto handles = asked(service_.seen.size() - 1);
    http::answer a;
    a.message = {200, {{"Content-Type", "application/x-amz-json-1.0"}}, R"({"Failed":[)"};
    for (std::size_t i = 0; i < handles.size(); ++i)
      if (handles[i].starts_with("b "))
        a.message.body += R"({"Id":")" + std::to_string(i) +
                          R"(","SenderFault":true,"Code":"ReceiptHandleIsInvalid"})";
    a.message.body += "]}";
    return a;
  };
  for (int i = 0; i < 20; ++i) service_.then(refuse_b);
  auto q = make(seconds(1));
  asio::co_spawn(service_.io(), q.keep_hidden(), asio::detached);
  for (const std::string handle : {"a", "b", "c"}) q.keep(handle);
  q.let_go("c");
  std::map<char, int> times;
  for (std::size_t request = 0; times['a'] < 2 || times['b'] < 1; ++request) {
    while (service_.seen.size() <= request) service_.io().run_one();
    for (const auto& text : asked(request)) ++times[text[0]];
  }
  EXPECT_EQ(times['b'], 1);
  EXPECT_EQ(times['c'], 0);
  q.close();
}

}  // namespace
}  // namespace tidewire::consumer
