#pragma once

#include "aws/credential_providers.hpp"
#include "aws/eventbridge.hpp"
#include "aws/kinesis.hpp"
#include "aws/sqs.hpp"
#include "local/local_aws.hpp"
#include "relay/fake_bus.hpp"
#include "relay/relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidewire::relay {

/// A relay between the local AWS's Kinesis and a bus that misbehaves as told. The relay has an
/// io_context of its own, so that it can be killed: dropped in the middle of whatever it does, with
/// nothing drained or saved.
class relay_rig {
 public:
  relay_rig() : aws(aws_io, {}), bus(aws_io) {
    std::string name = (std::filesystem::temp_directory_path() / "tidewire-relay-XXXXXX").string();
    folder = mkdtemp(name.data());
    asio::co_spawn(aws_io, aws.run(), asio::detached);
    kinesis.emplace(client_of(test_io, "kinesis", aws.port()), aws::kinesis_protocol::cbor);
    sqs.emplace(client_of(test_io, "sqs", aws.port()));
    raw.emplace(client_of(test_io, "kinesis", aws.port()));
  }
  ~relay_rig() {
    kill();
    std::filesystem::remove_all(folder);
  }
  relay_rig(const relay_rig&) = delete;
  relay_rig& operator=(const relay_rig&) = delete;

  static aws::client client_of(asio::io_context& io,
                               const std::string& service,
                               std::uint16_t port) {
    aws::client_options how;
    how.service = service;
    how.region = "us-east-1";
    how.endpoint = {.tls = false, .host = "127.0.0.1", .port = port};
    aws::credentials who;
    who.access_key_id = "test";
    who.secret_access_key = "test";
    return aws::client(
        io.get_executor(), std::move(how), aws::make_static_provider(std::move(who)));
  }

  relay_options options_for(const std::string& stream) const {
    relay_options how;
    how.streams.push_back(
        {.stream = stream, .bus = "bus", .detail_type = "Changed", .source = stream});
    how.folder = folder;
    how.requests.backoff_first = std::chrono::milliseconds(2);
    how.requests.backoff_max = std::chrono::milliseconds(50);
    how.retry_gap_max = std::chrono::milliseconds(100);
    how.reading.idle_min = std::chrono::milliseconds(5);
    how.reading.idle_max = std::chrono::milliseconds(20);
    how.checkpoint_gap = std::chrono::milliseconds(5);
    how.listing_gap = std::chrono::milliseconds(200);
    how.drain_max = std::chrono::milliseconds(3000);
    return how;
  }

  void start(relay_options how) {
    life_ = std::make_unique<life>();
    auto& io = life_->io;
    life_->running = std::make_unique<relay>(
        io.get_executor(),
        std::move(how),
        aws::kinesis_client(client_of(io, "kinesis", aws.port()), aws::kinesis_protocol::cbor),
        aws::eventbridge_client(client_of(io, "events", bus.port())),
        aws::sqs_client(client_of(io, "sqs", aws.port())));
    asio::co_spawn(io, life_->running->run(), [ended = &life_->ended](std::exception_ptr error) {
      *ended = true;
      if (error) std::rethrow_exception(error);
    });
  }
  /// Drained and checkpointed, as by SIGTERM.
  bool stop() {
    life_->running->stop();
    const bool ended = run_until([this] { return life_->ended; });
    kill();
    return ended;
  }
  void kill() {
    if (!life_) return;
    life_->running.reset();
    life_.reset();
  }
  const relay_counters& counters() const { return life_->running->counters(); }
  std::vector<stream_state> streams() const { return life_->running->streams(); }

  /// Runs everybody until it is so; false when it was not so in time.
  template <class Condition>
  bool run_until(Condition is_so, std::chrono::seconds within = std::chrono::seconds(120)) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!is_so()) {
      if (std::chrono::steady_clock::now() > end) return false;
      if (!turn()) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return true;
  }
  /// And until nobody has anything to do at once: a busy machine may leave us no turn in that time.
  void run_for(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    run_until([&] { return std::chrono::steady_clock::now() >= end && !turn(); });
  }

  /// What an AWS call of the test's own answers.
  template <class Answer>
  Answer ask(aws::call<Answer> work) {
    std::optional<aws::outcome<Answer>> answer;
    asio::co_spawn(test_io, keep(std::move(work), answer), asio::detached);
    if (!run_until([&] { return answer.has_value(); })) throw std::runtime_error("no answer");
    if (!*answer) throw std::runtime_error(describe(answer->error()));
    return std::move(**answer);
  }

  void make_stream(const std::string& name, std::int64_t shards) {
    ask(kinesis->create_stream(name, shards));
    run_until([&] { return ask(kinesis->describe_stream_summary(name)).status == "ACTIVE"; });
  }

  void put(const std::string& stream,
           const std::vector<std::pair<std::string, std::string>>& keys_and_data) {
    for (std::size_t first = 0; first < keys_and_data.size(); first += 500) {
      std::vector<aws::put_record> records;
      for (std::size_t i = first; i < std::min(keys_and_data.size(), first + 500); ++i)
        records.push_back({keys_and_data[i].first, {}, keys_and_data[i].second});
      for (const auto& one : ask(kinesis->put_records(stream, records)))
        throw std::runtime_error(describe(one.why));
    }
  }

  /// An operation that the client does not have.
  void reshard(const std::string& operation, const std::string& body) {
    http::request request;
    request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                       {"X-Amz-Target", "Kinesis_20131202." + operation}};
    request.body = body;
    ask(raw->send(std::move(request)));
  }

  asio::io_context aws_io{1};
  asio::io_context test_io{1};
  local::local_aws aws;
  fake_bus bus;
  std::string folder;
  std::optional<aws::kinesis_client> kinesis;
  std::optional<aws::sqs_client> sqs;
  std::optional<aws::client> raw;

 private:
  struct life {
    asio::io_context io{1};
    std::unique_ptr<relay> running;
    bool ended = false;
  };

  /// Whether anybody did anything.
  bool turn() {
    std::size_t did = poll(aws_io) + poll(test_io);
    if (life_) did += poll(life_->io);
    return did > 0;
  }
  static std::size_t poll(asio::io_context& io) {
    io.restart();
    return io.poll();
  }
  template <class Answer>
  static asio::awaitable<void> keep(aws::call<Answer> work,
                                    std::optional<aws::outcome<Answer>>& answer) {
    answer.emplace(co_await std::move(work));
  }

  std::unique_ptr<life> life_;
};

}  // namespace tidewire::relay
