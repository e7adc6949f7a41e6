#include "app/check_roads.hpp"
#include "app/provision_plan.hpp"
#include "aws/failure.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace tidewire::app {
namespace {

using grade = finding::grade;

/// What the answer to a look for something says about it.
template <class Answer>
finding judge(std::string subject, const aws::outcome<Answer>& answer, std::string good) {
  if (answer) return {grade::good, std::move(subject), std::move(good)};
  const auto& why = answer.error();
  const bool missing = why.code.find("NotFound") != std::string::npos ||
                       why.code.find("NonExistentQueue") != std::string::npos ||
                       why.code.find("QueueDoesNotExist") != std::string::npos;
  return {grade::bad,
          std::move(subject),
          missing ? "is not there; `tidewire provision` makes it" : describe(why)};
}

bool is_url(std::string_view queue) {
  return queue.find("://") != std::string_view::npos;
}

class aws_look {
 public:
  aws_look(const config::settings& properties, const aws_clients& clients)
      : properties_(properties), clients_(clients) {}

  asio::awaitable<std::vector<finding>> run(std::vector<postgres::table_name> captured) {
    const auto plan = read_provision_plan(properties_, captured);
    if (!plan.streams.empty()) co_await look_at_streams(plan.streams);
    if (!plan.buses.empty()) co_await look_at_buses(plan.buses);
    std::vector<std::string> queues;
    for (const auto& queue : plan.dead_letter_queues) queues.push_back(queue.name);
    if (plan.queue) queues.push_back(plan.queue->name);
    for (const auto* property : {"tidewire.consumer.queue-url", "debezium.sink.sqs.queue.url"})
      if (properties_.is_set(property)) queues.push_back(properties_.text(property));
    if (!queues.empty()) co_await look_at_queues(std::move(queues));
    co_return std::move(found_);
  }

 private:
  asio::awaitable<void> look_at_streams(std::vector<std::string> names) {
    auto kinesis = clients_.kinesis();
    for (const auto& name : names) {
      const auto answer = co_await kinesis.describe_stream_summary(name);
      found_.push_back(judge("stream " + name,
                             answer,
                             answer ? fmt::format("is there, {}", answer->status) : std::string()));
    }
  }

  asio::awaitable<void> look_at_buses(std::vector<std::string> names) {
    auto eventbridge = clients_.eventbridge();
    for (const auto& name : names) {
      const auto answer = co_await eventbridge.describe_event_bus(name);
      found_.push_back(judge("bus " + name, answer, "is there"));
    }
  }

  asio::awaitable<void> look_at_queues(std::vector<std::string> names) {
    auto sqs = clients_.sqs();
    for (const auto& name : names) {
      if (is_url(name)) {
        const auto answer = co_await sqs.get_queue_attributes(name);
        found_.push_back(judge("queue " + name, answer, "is there"));
      } else {
        const auto answer = co_await sqs.get_queue_url(name);
        found_.push_back(judge("queue " + name, answer, "is there"));
      }
    }
  }

  const config::settings& properties_;
  const aws_clients& clients_;
  std::vector<finding> found_;
};

}  // namespace

asio::awaitable<std::vector<finding>> look_at_aws(const config::settings& properties,
                                                  const aws_clients& clients,
                                                  std::vector<postgres::table_name> captured) {
  aws_look look(properties, clients);
  auto looking = look.run(std::move(captured));
  co_return co_await std::move(looking);
}

}  // namespace tidewire::app
