#pragma once

#include "aws/credential_providers.hpp"
#include "consumer/consumer.hpp"
#include "local/local_aws.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The local AWS's SQS, a queue, and a consumer that prints into a pipe.
class consumer_rig {
 public:
  consumer_rig() : aws_(io_, {}), sqs_(client()) {
    std::signal(SIGPIPE, SIG_IGN);
    if (pipe(ends_.data()) != 0) throw std::runtime_error("no pipe");
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    asio::co_spawn(io_, aws_.run(), asio::detached);
  }
  ~consumer_rig() {
    consumer_.reset();
    for (const int end : ends_)
      if (end >= 0) close(end);
  }
  consumer_rig(const consumer_rig&) = delete;
  consumer_rig& operator=(const consumer_rig&) = delete;

  aws::sqs_client client() {
    aws::client_options how;
    how.service = "sqs";
    how.region = "us-east-1";
    how.endpoint = {.tls = false, .host = "127.0.0.1", .port = aws_.port()};
    how.call_ms_max = milliseconds(120'000);
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

  consumer::consumer_options options() const {
    consumer::consumer_options how;
    how.queue = url_;
    how.wait = seconds(1);
    how.visibility = seconds(60);  // so that none comes again on a busy machine
    how.form = consumer::output_form::json;
    how.descriptor = ends_[1];
    return how;
  }

  void start(consumer::consumer_options how) {
    ended_.reset();
    consumer_ = std::make_unique<consumer::consumer>(io_.get_executor(), std::move(how), client());
    asio::co_spawn(io_, consumer_->run(), [this](std::exception_ptr error, consumer::ending end) {
      if (error) std::rethrow_exception(error);
      ended_ = end;
    });
  }
  void stop() { consumer_->stop(); }
  const consumer::consumer_counters& counters() const { return consumer_->counters(); }
  std::optional<consumer::ending> await_end(seconds within = seconds(120)) {
    run_until([&] { return ended_.has_value(); }, within);
    return ended_;
  }

  template <class Condition>
  bool run_until(Condition is_so, seconds within = seconds(120)) {
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
  std::optional<consumer::ending> ended_;
  std::unique_ptr<consumer::consumer> consumer_;
};

}  // namespace tidewire::testing
