#include "app/aws_clients.hpp"
#include "app/provisioning.hpp"
#include "http/run_task.hpp"
#include "local/local_aws.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

// The executor over the local AWS, in one process.

namespace tidewire::app {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tidewire::testing::run_task;

class Provision : public ::testing::Test {
 protected:
  Provision() {
    local::local_aws::options how;
    how.secret = "secret";
    aws_.emplace(io_, how);
    asio::co_spawn(io_, aws_->run(), asio::detached);
  }
  ~Provision() override { aws_->stop(); }

  config::environment variables() const {
    return [endpoint = "http://127.0.0.1:" + std::to_string(aws_->port())](
               std::string_view name) -> std::optional<std::string> {
      if (name == "AWS_ENDPOINT_URL") return endpoint;
      if (name == "AWS_REGION") return "us-east-1";
      if (name == "AWS_ACCESS_KEY_ID") return "id";
      if (name == "AWS_SECRET_ACCESS_KEY") return "secret";
      if (name == "HOME") return "/nonexistent";
      return std::nullopt;
    };
  }

  /// The lines that the command prints.
  std::vector<std::string> provision(const std::string& text) {
    const auto properties = config::settings::parse(text, "test.properties", variables(), {});
    const aws_clients clients(io_.get_executor(), properties, variables());
    std::vector<std::string> lines;
    provisioner work(read_provision_plan(properties, {}),
                     {clients.kinesis(), clients.eventbridge(), clients.sqs()},
                     [&](const provisioned& p) {
                       lines.push_back(p.kind + ' ' + to_string(p.outcome) + ' ' + p.name);
                     });
    failed_ = run_task(io_, work.run());
    return lines;
  }

  asio::io_context io_{1};
  std::optional<local::local_aws> aws_;
  std::optional<provision_failure> failed_;
  const std::string file_ =
      "tidewire.relay.streams=s.products,s.customers\ntidewire.relay.s.products.bus="
      "products\ntidewire.relay.s.customers.bus=customers\n"
      "tidewire.relay.dead-letter.queue=relay-dlq\ntidewire.provision.rule.name=forward\n"
      "tidewire.provision.queue.name=changes.fifo\ntidewire.provision.queue.dead-letter.name=dead."
      "fifo\n";
};

TEST_F(Provision, CreatesEverythingInOrder) {
  EXPECT_THAT(provision(file_),
              ElementsAre("stream created s.products",
                          "stream created s.customers",
                          "queue created relay-dlq",
                          "queue created dead.fifo",
                          "queue created changes.fifo",
                          "redrive created changes.fifo to dead.fifo",
                          "bus created products",
                          "rule created products/forward",
                          "target created products/forward to changes.fifo",
                          "bus created customers",
                          "rule created customers/forward",
                          "target created customers/forward to changes.fifo",
                          "policy created changes.fifo"));
  EXPECT_FALSE(failed_);
}

TEST_F(Provision, DoesNothingTheSecondTime) {
  const auto first = provision(file_);
  const auto second = provision(file_);
  EXPECT_EQ(second.size(), first.size());
  EXPECT_THAT(second, Each(HasSubstr(" exists ")));
}

TEST_F(Provision, ChangesWhatTheFileSaysOtherwise) {
  provision(file_);
  const auto lines = provision(file_ +
                               "tidewire.provision.queue.visibility=90s\ntidewire.provision.target."
                               "message-group-id=Other\n");
  EXPECT_THAT(lines,
              AllOf(Contains("queue changed changes.fifo"),
                    Contains("target changed products/forward to changes.fifo"),
                    Contains("policy exists changes.fifo")));
}

TEST_F(Provision, AddsTheRulesOfANewBusToThePolicy) {
  provision(file_);
  const auto lines = provision(file_ + "tidewire.relay.s.customers.bus=others\n");
  EXPECT_THAT(lines,
              AllOf(Contains("bus created others"), Contains("policy changed changes.fifo")));
}

TEST_F(Provision, UsesTheDefaultBusThatIsAlwaysThere) {
  EXPECT_THAT(provision("tidewire.relay.streams=s\ntidewire.provision.rule.name=all\n"),
              ElementsAre("stream created s", "bus exists default", "rule created default/all"));
}

TEST_F(Provision, SaysWhatCouldNotBeHad) {
  const auto lines = provision("tidewire.relay.streams=s\ntidewire.relay.bus=no good name\n");
  EXPECT_THAT(lines, ElementsAre("stream created s"));
  ASSERT_TRUE(failed_);
  EXPECT_EQ(failed_->what, "bus no good name");
  EXPECT_EQ(failed_->why.code, "ValidationException");
}

}  // namespace
}  // namespace tidewire::app
