#pragma once

#include "app/provision_plan.hpp"
#include "aws/eventbridge.hpp"
#include "aws/failure.hpp"
#include "aws/kinesis.hpp"
#include "aws/sqs.hpp"
#include "base/task.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::app {

/// What became of one thing of the plan.
enum class provision_outcome : std::uint8_t { created, exists, changed };

struct provisioned {
  std::string kind;  // stream, queue, bus, rule, target, policy
  std::string name;
  provision_outcome outcome = provision_outcome::exists;
};
const char* to_string(provision_outcome outcome) noexcept;

struct provision_failure {
  std::string what;  // `stream kinesis.inventory.products`
  aws::failure why;
};

/// Carries out a plan: each thing is made if it is not there, and left alone where it is as it
/// should be. Doing it again does nothing. For one thread.
class provisioner {
 public:
  struct clients {
    aws::kinesis_client kinesis;
    aws::eventbridge_client eventbridge;
    aws::sqs_client sqs;
  };
  using reporter = std::function<void(const provisioned&)>;

  /// \param report is called for each thing once it is there.
  provisioner(provision_plan plan, clients services, reporter report);

  /// Nothing: everything is there. Else the first thing that could not be had; what came before it
  /// stays.
  asio::awaitable<std::optional<provision_failure>> run();

 private:
  using step = aws::call<aws::nothing>;
  struct queue_place {
    std::string url;
    std::string arn;
  };

  step ensure_streams();
  step ensure_stream(std::string name);
  aws::call<bool> await_active(std::string name);
  step ensure_queues();
  aws::call<queue_place> ensure_queue(planned_queue queue);
  step ensure_redrive(std::string dead_letter_arn);
  step ensure_buses();
  step ensure_rule(std::string bus);
  step ensure_target(std::string bus, std::vector<aws::event_target> targets);
  step ensure_policy();
  void told(const char* kind, std::string name, provision_outcome outcome);
  void doing(const char* kind, const std::string& name) { at_ = std::string(kind) + ' ' + name; }

  provision_plan plan_;
  clients services_;
  reporter report_;
  std::string at_;  // what is being made, for the failure
  std::optional<queue_place> queue_;
  std::vector<std::string> rule_arns_;
};

}  // namespace tidewire::app
