#include "consumer/consumer.hpp"

#include "aws/credential_providers.hpp"
#include "local/local_aws.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string message(int n) {
  const std::string number = std::to_string(n);
  return R"({"version":"0","id":"event-)" + number +
         R"(","detail-type":"Changed","source":"orders","account":"000000000000","time":"2026-11-22T06:52:56Z","region":"us-east-1",)"
         R"("resources":[],"detail":{"before":null,"after":{"id":)" +
         number +
         R"(},"source":{"version":"2.5.3.Final","connector":"postgresql","name":"k","ts_ms":1,"snapshot":"false","db":"d",)"
         R"("schema":"s","table":"t"},"op":"c","ts_ms":1}})";
}

/// The local AWS's SQS, a queue, and a consumer that prints into a pipe.
class rig {
 public:
  rig() : aws_(io_, {}), sqs_(client()) {
    std::signal(SIGPIPE, SIG_IGN);
    if (pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    asio::co_spawn(io_, aws_.run(), asio::detached);
  }
  ~rig() {
    consumer_.reset();
    for (const int end : ends_)
      if (end >= 0) close(end);
  }
  rig(const rig&) = delete;
  rig& operator=(const rig&) = delete;

  aws::sqs_client client() {
    aws::client_options how;
    how.service = "sqs";
    how.region = "us-east-1";
    how.endpoint = {.tls = false, .host = "127.0.0.1", .port = aws_.port()};
    how.call_ms_max = milliseconds(30'000);
    aws::credentials who;
    who.access_key_id = "test";
    who.secret_access_key = "test";
    return aws::sqs_client(
        aws::client(io_.get_executor(), std::move(how), aws::make_static_provider(std::move(who))));
  }

  template <class Answer>
  Answer ask(aws::call<Answer> work) {
    std::optional<aws::outcome<Answer>> answer;
    asio::co_spawn(io_, keep(std::move(work), answer), asio::detached);
    if (!run_until([&] { return answer.has_value(); })) throw std::runtime_error("no answer");
    if (!*answer) throw std::runtime_error(describe(answer->error()));
    return std::move(**answer);
  }

  void make_queue(const std::string& name, std::map<std::string, std::string> attributes = {}) {
    url_ = ask(sqs_.create_queue(name, std::move(attributes)));
  }
  const std::string& url() const { return url_; }

  void send(const std::vector<std::string>& bodies, const std::string& group = {}) {
    for (const auto& body : bodies) {
      const std::string id = std::to_string(sent_++);
      aws::outgoing_message one{
          .body = body, .group_id = group, .deduplication_id = {}, .attributes = {}};
      if (!group.empty()) one.deduplication_id = id;
      const auto answer =
          ask(sqs_.send_message_batch(url_, std::span<const aws::outgoing_message>(&one, 1)));
      if (answer[0].error) throw std::runtime_error(describe(*answer[0].error));
    }
  }

  consumer_options options() const {
    consumer_options how;
    how.queue = url_;
    how.wait = seconds(1);
    how.visibility = seconds(2);
    how.form = output_form::json;
    how.descriptor = ends_[1];
    return how;
  }

  void start(consumer_options how) {
    ended_.reset();
    consumer_ = std::make_unique<consumer>(io_.get_executor(), std::move(how), client());
    asio::co_spawn(io_, consumer_->run(), [this](std::exception_ptr error, ending end) {
      if (error) std::rethrow_exception(error);
      ended_ = end;
    });
  }
  void stop() { consumer_->stop(); }
  const consumer_counters& counters() const { return consumer_->counters(); }
  std::optional<ending> await_end(seconds within = seconds(20)) {
    run_until([&] { return ended_.has_value(); }, within);
    return ended_;
  }

  template <class Condition>
  bool run_until(Condition is_so, seconds within = seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!is_so()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_for(milliseconds(5));
      drain();
    }
    return true;
  }
  void run_for(milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    run_until([&] { return std::chrono::steady_clock::now() >= end; });
  }

  std::vector<std::string> lines() {
    drain();
    std::vector<std::string> all;
    std::istringstream in(printed_);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  void close_reader() {
    close(ends_[0]);
    ends_[0] = -1;
  }
  bool reads = true;  // false: the pipe's other end is slow

  std::size_t waiting_messages() {
    const auto about = ask(sqs_.get_queue_attributes(url_));
    return std::stoul(about.at("ApproximateNumberOfMessages")) +
           std::stoul(about.at("ApproximateNumberOfMessagesNotVisible"));
  }

 private:
  template <class Answer>
  static asio::awaitable<void> keep(aws::call<Answer> work,
                                    std::optional<aws::outcome<Answer>>& answer) {
    answer.emplace(co_await std::move(work));
  }
  void drain() {
    std::array<char, 65536> bytes{};
    while (reads && ends_[0] >= 0) {
      const auto size = read(ends_[0], bytes.data(), bytes.size());
      if (size <= 0) return;
      printed_.append(bytes.data(), static_cast<std::size_t>(size));
    }
  }

  asio::io_context io_{1};
  local::local_aws aws_;
  aws::sqs_client sqs_;
  std::array<int, 2> ends_{-1, -1};
  std::string url_;
  std::string printed_;
  int sent_ = 0;
  std::optional<ending> ended_;
  std::unique_ptr<consumer> consumer_;
};

std::vector<std::string> messages(int first, int count) {
  std::vector<std::string> all;
  for (int n = first; n < first + count; ++n) all.push_back(message(n));
  return all;
}

TEST(Consumer, PrintsEachMessageOnceAndDeletesIt) {
  rig r;
  r.make_queue("q");
  r.send(messages(0, 25));
  auto how = r.options();
  how.idle_exit = milliseconds(300);
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::idle);
  const auto lines = r.lines();
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 25U);
  EXPECT_EQ(lines.size(), 25U);
  EXPECT_EQ(r.counters().deleted, 25U);
  EXPECT_EQ(r.waiting_messages(), 0U);
}

TEST(Consumer, KeepsTheOrderOfAFifoQueue) {
  rig r;
  r.make_queue("q.fifo", {{"FifoQueue", "true"}});
  r.send(messages(0, 60), "Group1");
  auto how = r.options();
  how.messages_max = 60;
  how.receives_max = 3;
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  const auto lines = r.lines();
  ASSERT_EQ(lines.size(), 60U);
  for (int n = 0; n < 60; ++n)
    EXPECT_NE(lines[static_cast<std::size_t>(n)].find("\"event-" + std::to_string(n) + "\""),
              std::string::npos)
        << n;
}

TEST(Consumer, EndsAfterSoManyMessagesAndLeavesTheOthers) {
  rig r;
  r.make_queue("q");
  r.send(messages(0, 30));
  auto how = r.options();
  how.messages_max = 12;
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  EXPECT_EQ(r.lines().size(), 12U);
  EXPECT_EQ(r.waiting_messages(), 18U);
}

TEST(Consumer, PrintsTextAsLinesForPeople) {
  rig r;
  r.make_queue("q");
  r.send(messages(7, 1));
  auto how = r.options();
  how.form = output_form::text;
  how.messages_max = 1;
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::enough);
  const auto lines = r.lines();
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_NE(lines[0].find(
                "consumer INFO Received event detail-type: Changed, source: orders, message id "),
            std::string::npos);
  EXPECT_NE(lines[1].find("INFO before: null"), std::string::npos);
  EXPECT_NE(lines[2].find(R"(INFO after: {"id":7})"), std::string::npos);
  EXPECT_NE(lines[3].find("INFO Deleted message "), std::string::npos);
}

TEST(Consumer, LeavesInvalidMessagesToTheRedrivePolicy) {
  rig r;
  r.make_queue("dead");
  r.make_queue(
      "q",
      {{"VisibilityTimeout", "1"},
       {"RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"2"})"}});
  r.send({message(0), "not an event", message(1)});
  auto how = r.options();
  how.visibility = seconds(1);
  how.idle_exit = milliseconds(2500);
  r.start(how);
  EXPECT_EQ(r.await_end(), ending::idle);
  EXPECT_EQ(r.lines().size(), 2U);
  EXPECT_EQ(r.counters().invalid, 2U) << "received as often as the policy says, then moved";
  EXPECT_EQ(r.waiting_messages(), 0U);
  r.make_queue("dead");
  EXPECT_EQ(r.waiting_messages(), 1U);
}

TEST(Consumer, DeletesNothingThatItCouldNotPrint) {
  rig r;
  r.make_queue("q");
  r.send(messages(0, 3));
  r.close_reader();
  r.start(r.options());
  EXPECT_EQ(r.await_end(), ending::output_failed);
  EXPECT_EQ(r.counters().deleted, 0U);
  EXPECT_EQ(r.waiting_messages(), 3U);
}

TEST(Consumer, KeepsMessagesHiddenWhileTheReaderOfItsOutputIsSlow) {
  rig r;
  r.make_queue("q");
  std::string large = message(0);
  large.insert(large.find("\"id\":0"), "\"pad\":\"" + std::string(200'000, 'x') + "\",");
  r.send({large});
  r.reads = false;
  auto how = r.options();
  how.visibility = seconds(1);
  r.start(how);
  r.run_for(milliseconds(3200));
  EXPECT_EQ(r.counters().received, 1U) << "it did not come up again";
  r.reads = true;
  EXPECT_TRUE(r.run_until([&] { return r.counters().deleted == 1; }));
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
  EXPECT_EQ(r.lines().size(), 1U);
}

TEST(Consumer, StopsAtOnceThoughALongPollWaits) {
  rig r;
  r.make_queue("q");
  auto how = r.options();
  how.wait = seconds(20);
  r.start(how);
  r.run_for(milliseconds(200));
  const auto before = std::chrono::steady_clock::now();
  r.stop();
  EXPECT_EQ(r.await_end(), ending::stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(2));
}

TEST(Consumer, WaitsForAQueueThatIsNotThereYet) {
  rig r;
  auto how = r.options();
  how.queue = "later";
  how.messages_max = 1;
  r.start(how);
  r.run_for(milliseconds(300));
  r.make_queue("later");
  r.send(messages(0, 1));
  EXPECT_EQ(r.await_end(), ending::enough);
}

TEST(Consumer, EventsThatComeAgainAreDeletedAndNotPrinted) {
  rig road;
  road.make_queue("repeats");
  const auto placed = [](int n) {
    std::string text = message(n);
    const std::string before = R"("table":"t")";
    return text.replace(text.find(before), before.size(), before + ",\"lsn\":" + std::to_string(n));
  };
  road.send({placed(1), placed(2), placed(1), placed(2), placed(3)});
  auto how = road.options();
  how.remembered = 100;
  how.messages_max = 5;
  road.start(how);
  EXPECT_EQ(road.await_end(), ending::enough);
  EXPECT_EQ(road.lines().size(), 3U);
  EXPECT_EQ(road.counters().repeated, 2U);
  EXPECT_EQ(road.counters().printed, 3U);
  EXPECT_EQ(road.counters().deleted, 5U);
  EXPECT_EQ(road.waiting_messages(), 0U);
}

}  // namespace
}  // namespace tidewire::consumer
