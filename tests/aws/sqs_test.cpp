#include "aws/sqs.hpp"

#include "aws/digest.hpp"
#include "aws/scripted_service.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using namespace tidewire;
using namespace tidewire::aws;
using namespace std::chrono_literals;
using tidewire::testing::scripted_service;

class Sqs : public ::testing::Test {
 protected:
  scripted_service service_;
  sqs_client client_{service_.client("sqs")};
  const std::string url_ = "http://sqs.eu-west-1.not-resolvable.example/000000000000/queue.fifo";
};

TEST_F(Sqs, SendsABatchAndReportsEachInItsPlace) {
  const std::vector<outgoing_message> messages{{"body \"1\"", "group", "dedup", {{"kind", "text"}}},
                                               {"body 2", {}, {}, {}},
                                               {"body 3", {}, {}, {}},
                                               {"body 4", {}, {}, {}},
                                               {"body 5", {}, {}, {}}};
  service_.then(
      200,
      R"({"Failed":[{"Id":"1","SenderFault":true,"Code":"InvalidMessageContents","Message":"no"},{"Id":"3","SenderFault":false,"Code":"Odd"}],
    "Successful":[{"Id":"2","MessageId":"m2","MD5OfMessageBody":"00000000000000000000000000000000"},{"Id":"0","MessageId":"m0","MD5OfMessageBody":")" +
          md5_hex("body \"1\"") + R"("},{"Id":"99"}]})");
  const auto results = service_.run(client_.send_message_batch(url_, messages));
  ASSERT_TRUE(results) << describe(results.error());
  EXPECT_EQ((*results)[0].message_id, "m0");
  EXPECT_FALSE((*results)[0].error);
  EXPECT_EQ((*results)[1].error->what, remedy::none);
  EXPECT_EQ((*results)[2].error->what, remedy::retry);  // another body was confirmed
  EXPECT_EQ((*results)[3].error->what, remedy::retry);  // the service's fault
  EXPECT_EQ((*results)[4].error->what, remedy::retry);  // not mentioned

  EXPECT_EQ(service_.header(0, "x-amz-target"), "AmazonSQS.SendMessageBatch");
  EXPECT_EQ(service_.header(0, "content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(service_.header(0, "x-amzn-query-mode"), "true");
  EXPECT_EQ(service_.seen[0].target, "/");
  const auto sent = service_.json(0);
  EXPECT_EQ(sent.at("QueueUrl").as_string(), url_);
  const auto first = sent.at("Entries").as_array()[0];
  EXPECT_EQ(first.at("MessageBody").as_string(), "body \"1\"");
  EXPECT_EQ(first.at("MessageGroupId").as_string(), "group");
  EXPECT_EQ(first.at("MessageDeduplicationId").as_string(), "dedup");
  EXPECT_EQ(first.at("MessageAttributes").at("kind").at("StringValue").as_string(), "text");
  EXPECT_EQ(sent.at("Entries").as_array()[1].as_object().size(), 2U);
}

TEST_F(Sqs, ReceivesMessagesAndLeavesOutDamagedOnes) {
  service_.then(
      200,
      R"({"Messages":[{"MessageId":"1","ReceiptHandle":"r1","Body":"one","MD5OfBody":")" +
          md5_hex("one") +
          R"(","Attributes":{"ApproximateReceiveCount":"2"},"MessageAttributes":{"ERROR_CODE":{"DataType":"String","StringValue":"X"}}},
                         {"MessageId":"2","ReceiptHandle":"r2","Body":"two","MD5OfBody":"ffffffffffffffffffffffffffffffff"}]})");
  const auto messages = service_.run(client_.receive_message(
      {.queue_url = url_, .messages_max = 5, .wait = 1s, .visibility = 40s}));
  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 1U);
  EXPECT_EQ((*messages)[0].body, "one");
  EXPECT_EQ((*messages)[0].receipt_handle, "r1");
  EXPECT_EQ((*messages)[0].attributes.at("ApproximateReceiveCount"), "2");
  EXPECT_EQ((*messages)[0].message_attributes.at("ERROR_CODE"), "X");
  const auto sent = service_.json(0);
  EXPECT_EQ(sent.at("MaxNumberOfMessages").as_int64(), 5);
  EXPECT_EQ(sent.at("WaitTimeSeconds").as_int64(), 1);
  EXPECT_EQ(sent.at("VisibilityTimeout").as_int64(), 40);
}

TEST_F(Sqs, NoMessageOfAGroupPassesADamagedOne) {
  const auto message = [](std::string_view id, std::string_view group, std::string_view md5) {
    return fmt::format(
        R"({{"MessageId":"{0}","ReceiptHandle":"r{0}","Body":"body","MD5OfBody":"{2}","Attributes":{{"MessageGroupId":"{1}"}}}})",
        id,
        group,
        md5);
  };
  const std::string right = md5_hex("body");
  const std::string wrong(32, 'f');
  service_.then(200,
                fmt::format(R"({{"Messages":[{},{},{},{},{}]}})",
                            message("1", "a", right),
                            message("2", "a", wrong),
                            message("3", "b", right),
                            message("4", "a", right),
                            message("5", "b", right)));
  const auto messages = service_.run(client_.receive_message({.queue_url = url_}));
  ASSERT_TRUE(messages);
  std::string came;
  for (const auto& m : *messages) came += m.message_id;
  EXPECT_EQ(came, "135");
}

TEST_F(Sqs, AnEmptyQueueAnswersNoMessages) {
  service_.then(200, "{}");
  EXPECT_TRUE(service_.run(client_.receive_message({.queue_url = url_})).value().empty());
}

TEST(SqsLongPoll, WaitsLongerThanTheServiceMay) {
  asio::io_context io(1);
  http::server slow(io, {}, [&](http::request, std::string) -> asio::awaitable<http::answer> {
    asio::steady_timer wait(io, 1s);
    co_await wait.async_wait(as_result);
    http::answer a;
    a.message.body = "{}";
    co_return a;
  });
  asio::co_spawn(io, slow.run(), asio::detached);
  client_options how;
  how.service = "sqs";
  how.region = "r";
  how.endpoint = {false, "127.0.0.1", slow.port()};
  how.call_ms_max = 500ms;
  sqs_client c(client(io.get_executor(), how, make_static_provider({"id", "secret", {}, {}})));
  EXPECT_TRUE(
      tidewire::testing::run_task(io, c.receive_message({.queue_url = "http://h/q", .wait = 20s})));
}

TEST_F(Sqs, DeletesAnyNumberOfMessagesTenAtATime) {
  service_.then(
      200,
      R"({"Successful":[],"Failed":[{"Id":"9","SenderFault":true,"Code":"ReceiptHandleIsInvalid"}]})");
  service_.then(200, R"({"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"}]})");
  std::vector<std::string> handles;
  for (int i = 0; i < 12; ++i) handles.push_back("h" + std::to_string(i));
  const auto failures = service_.run(client_.delete_message_batch(url_, handles));
  ASSERT_TRUE(failures);
  ASSERT_EQ(failures->size(), 2U);
  EXPECT_EQ((*failures)[0].first, 9U);
  EXPECT_EQ((*failures)[0].second.code, "ReceiptHandleIsInvalid");
  EXPECT_EQ((*failures)[1].first, 11U);
  EXPECT_EQ((*failures)[1].second.what, remedy::retry);
  EXPECT_EQ(service_.json(0).at("Entries").as_array().size(), 10U);
  EXPECT_EQ(service_.json(1).at("Entries").as_array()[1].at("ReceiptHandle").as_string(), "h11");
  EXPECT_TRUE(service_.run(client_.delete_message_batch(url_, {})).value().empty());
  EXPECT_EQ(service_.seen.size(), 2U);
}

TEST_F(Sqs, ChangesTheVisibilityOfAnyNumberOfMessagesTenAtATime) {
  service_.then(200, R"({"Successful":[]})");
  service_.then(
      200,
      R"({"Failed":[{"Id":"0","SenderFault":true,"Code":"AWS.SimpleQueueService.MessageNotInflight"}]})");
  std::vector<visibility_change> changes;
  for (int i = 0; i < 11; ++i) changes.push_back({"h" + std::to_string(i), i * 1s});
  const auto failures = service_.run(client_.change_message_visibility_batch(url_, changes));
  ASSERT_TRUE(failures);
  ASSERT_EQ(failures->size(), 1U);
  EXPECT_EQ((*failures)[0].first, 10U);
  EXPECT_EQ((*failures)[0].second.what, remedy::none);
  EXPECT_EQ(service_.header(0, "x-amz-target"), "AmazonSQS.ChangeMessageVisibilityBatch");
  EXPECT_EQ(service_.json(0).at("Entries").as_array().size(), 10U);
  const auto last = service_.json(1).at("Entries").as_array()[0];
  EXPECT_EQ(last.at("Id").as_string(), "0");
  EXPECT_EQ(last.at("ReceiptHandle").as_string(), "h10");
  EXPECT_EQ(last.at("VisibilityTimeout").as_int64(), 10);
}

TEST_F(Sqs, ManagesQueues) {
  service_.then(200, R"({"QueueUrl":"http://h/1/q"})");
  service_.then(200, R"({"QueueUrl":"http://h/1/q"})");
  service_.then(200, R"({"Attributes":{"QueueArn":"arn","FifoQueue":"true"}})");
  service_.then(200, "");
  EXPECT_EQ(service_.run(client_.create_queue("q.fifo", {{"FifoQueue", "true"}})).value(),
            "http://h/1/q");
  EXPECT_EQ(service_.run(client_.get_queue_url("q.fifo")).value(), "http://h/1/q");
  EXPECT_EQ(service_.run(client_.get_queue_attributes(url_)).value().at("QueueArn"), "arn");
  EXPECT_TRUE(service_.run(client_.set_queue_attributes(url_, {{"Policy", "{\"a\":1}"}})));
  EXPECT_EQ(service_.json(0).at("Attributes").at("FifoQueue").as_string(), "true");
  EXPECT_EQ(service_.json(2).at("AttributeNames").as_array()[0].as_string(), "All");
  EXPECT_EQ(service_.json(3).at("Attributes").at("Policy").as_string(), "{\"a\":1}");
}

TEST_F(Sqs, AMissingQueueIsNamedTheModernWay) {
  service_.then(
      400,
      R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."})",
      {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}});
  EXPECT_EQ(service_.run(client_.get_queue_url("q")).error().code, "QueueDoesNotExist");
}

TEST_F(Sqs, WithoutAChosenEndpointTheQueuesUrlSaysWhereToGo) {
  auto how = service_.options("sqs");
  how.endpoint = {true, "sqs.eu-west-1.amazonaws.com", 443};
  how.endpoint_is_chosen = false;
  sqs_client c(service_.client(how));
  service_.then(200, "{}");
  const std::string here =
      "http://127.0.0.1:" + std::to_string(service_.port()) + "/000000000000/q";
  EXPECT_TRUE(service_.run(c.receive_message({.queue_url = here, .wait = 0s})));
  EXPECT_EQ(service_.json(0).at("QueueUrl").as_string(), here);
}

}  // namespace
