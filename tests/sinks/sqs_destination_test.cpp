#include "sinks/sqs_destination.hpp"

#include "sinks/legal_key.hpp"
#include "sinks/scripted_destination.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tidewire::sinks {
namespace {

class SqsDestination : public scripted_destination {
 protected:
  sqs_destination destination(const std::string& queue, const std::string& prefix = "p-") {
    return {aws::sqs_client(service_.client("sqs")),
            {.queue = {queue, {}}, .null_key = "nothing", .identity_prefix = prefix}};
  }
  std::string url(const std::string& name) const {
    return "http://127.0.0.1:" + std::to_string(service_.port()) + "/1/" + name;
  }
  /// Takes all messages of a request but those whose place is given a code.
  void then_takes(std::vector<std::string> codes) {
    service_.then([codes = std::move(codes)](const http::request& r) {
      const auto entries = boost::json::parse(r.body).at("Entries").as_array();
      boost::json::array good, bad;
      for (std::size_t i = 0; i < entries.size(); ++i) {
        if (codes.at(i).empty())
          good.push_back(
              {{"Id", entries[i].at("Id")}, {"MessageId", "m"}, {"MD5OfMessageBody", ""}});
        else
          bad.push_back({{"Id", entries[i].at("Id")},
                         {"Code", codes[i]},
                         {"SenderFault", true},
                         {"Message", "because"}});
      }
      http::answer a;
      a.message.status = 200;
      a.message.headers.push_back({"Content-Type", "application/x-amz-json-1.0"});
      a.message.body = boost::json::serialize(
          boost::json::object{{"Successful", std::move(good)}, {"Failed", std::move(bad)}});
      return a;
    });
  }
  std::string sent(std::size_t request, std::size_t entry, const char* member) const {
    const auto document = service_.json(request);
    const auto& all = document.at("Entries").at(entry).as_object();
    return all.contains(member) ? std::string(all.at(member).as_string()) : std::string("none");
  }
};

TEST_F(SqsDestination, AFifoQueueGetsTheKeyAsGroupAndTheIdentityAsDeduplicationId) {
  then_takes({"", "", ""});
  auto to = destination(url("q.fifo"));
  encoded_request what("s");
  what.add(R"({"id":1})", "first").add("two words", "second").add("", "third", false);
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::durable, fate::durable, fate::durable}));
  EXPECT_EQ(sent(0, 0, "MessageBody"), "first");
  EXPECT_EQ(sent(0, 0, "MessageGroupId"), R"({"id":1})");
  EXPECT_EQ(sent(0, 1, "MessageGroupId"), sha256_hex("two words")) << "no group has a space";
  EXPECT_EQ(sent(0, 2, "MessageGroupId"), "nothing");
  EXPECT_EQ(sent(0, 0, "MessageDeduplicationId"), "p-0000000000001000-0");
  EXPECT_EQ(sent(0, 1, "MessageDeduplicationId"), "p-0000000000001000-1");
}

TEST_F(SqsDestination, AStandardQueueGetsNeither) {
  then_takes({""});
  auto to = destination(url("q"));
  encoded_request what("s");
  what.add("1", "first");
  send(to, what);
  EXPECT_EQ(sent(0, 0, "MessageGroupId"), "none");
  EXPECT_EQ(sent(0, 0, "MessageDeduplicationId"), "none");
}

TEST_F(SqsDestination, APrefixTooLongForADeduplicationIdIsHashed) {
  then_takes({""});
  const std::string prefix(120, 'p');
  auto to = destination(url("q.fifo"), prefix);
  encoded_request what("s");
  what.add("1", "first");
  send(to, what);
  EXPECT_EQ(sent(0, 0, "MessageDeduplicationId"), sha256_hex(prefix + "0000000000001000-0"));
}

TEST_F(SqsDestination, AsksOnceForTheUrlOfAQueueGivenByItsName) {
  service_.then(400, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"})");
  auto to = destination("q");
  encoded_request what("s");
  what.add("1", "first");
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::again})) << "it may be made yet";
  service_.then(200, R"({"QueueUrl":")" + url("q") + R"("})");
  then_takes({""});
  then_takes({""});
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::durable}));
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::durable}));
  EXPECT_EQ(service_.seen.size(), 4U);
}

TEST_F(SqsDestination, AStreamWithoutAQueueWaits) {
  auto to = destination("");
  encoded_request what("s");
  what.add("1", "first");
  const report out = send(to, what);
  EXPECT_EQ(fates(out), (std::vector{fate::again}));
  EXPECT_NE(out.reason.find("no queue is configured for stream s"), std::string::npos);
}

TEST_F(SqsDestination, TellsMessagesThatComeAgainFromThoseThatNeverGetThrough) {
  then_takes({"", "InvalidMessageContents", "OverLimit", "AccessDenied"});
  auto to = destination(url("q"));
  encoded_request what("s");
  what.add("1", "1").add("2", "2").add("3", "3").add("4", "4");
  EXPECT_EQ(fates(send(to, what)),
            (std::vector{fate::durable, fate::refused, fate::slow_down, fate::again}));
}

TEST_F(SqsDestination, TombstonesAreNotSentAndNotRefusedWithTheirNeighbour) {
  service_.then(400, R"({"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"no"})");
  auto to = destination(url("q"));
  encoded_request what("s");
  what.add("1", "").add("2", "\x01");
  EXPECT_EQ(fates(send(to, what)), (std::vector{fate::skipped, fate::refused}));
}

TEST_F(SqsDestination, SendsLessAtATimeToAQueueWithALowerLimit) {
  const std::string refusal =
      R"({"__type":"com.amazonaws.sqs#BatchRequestTooLong","message":"over 262144 bytes"})";
  auto to = destination(url("q"));
  encoded_request what("s");
  what.add("1", "1").add("2", "2");
  EXPECT_EQ(to.limits().bytes_max, 1024U * 1024U);
  for (int i = 0; i < 2; ++i) {
    service_.then(400, refusal);
    EXPECT_EQ(fates(send(to, what)), (std::vector{fate::again, fate::again}));
  }
  EXPECT_EQ(to.limits().bytes_max, 256U * 1024U);
  EXPECT_EQ(to.limits().shared_bytes_max, 256U * 1024U);
}

TEST_F(SqsDestination, AMessageTooLargeToBeReadIsRefusedAndSeveralGoInSmallerRequests) {
  auto to = destination(url("q"));
  encoded_request one("s"), two("s");
  one.add("1", "1");
  two.add("1", "1").add("2", "2");
  service_.then(413, "");
  EXPECT_EQ(fates(send(to, one)), (std::vector{fate::refused}));
  service_.then(413, "");
  EXPECT_EQ(fates(send(to, two)), (std::vector{fate::again, fate::again}));
  EXPECT_EQ(to.limits().bytes_max, 512U * 1024U);
}

}  // namespace
}  // namespace tidewire::sinks
