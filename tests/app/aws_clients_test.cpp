#include "app/aws_clients.hpp"

#include "base/startup_error.hpp"
#include "http/run_task.hpp"
#include "http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <map>

namespace {

using namespace tidewire;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using tidewire::testing::run_task;

/// What a file with any property of Debezium's must hold.
const std::string engine =
    "debezium.source.database.hostname=h\ndebezium.source.database.user=u\ndebezium.source."
    "database.password=p\n"
    "debezium.source.database.dbname=d\ndebezium.source.topic.prefix=t\ndebezium.sink.type="
    "kinesis\n";

/// Everything answers here; what matters is where a request goes and for which region it is signed.
class AwsClients : public ::testing::Test {
 protected:
  AwsClients()
      : server_(
            io_, {}, [this](http::request received, std::string) -> asio::awaitable<http::answer> {
              seen_.push_back(std::move(received));
              http::answer a;
              a.message.body = R"({"StreamNames":[],"QueueUrl":"http://h/q","Arn":"arn"})";
              a.message.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
              co_return a;
            }) {
    asio::co_spawn(io_, server_.run(), asio::detached);
    variables_ = {
        {"AWS_ACCESS_KEY_ID", "ID"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"HOME", "/nonexistent"}};
  }

  std::string here(std::string path = "") const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
  }
  app::aws_clients clients(const std::string& file) {
    const config::environment env = [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables_.find(std::string(name));
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
    return {io_.get_executor(), config::settings::parse(file, "test.properties", env, {}), env};
  }
  bool kinesis_works(const app::aws_clients& from) {
    auto c = from.kinesis();
    return run_task(io_, c.list_streams()).has_value();
  }
  std::string scope(std::size_t request) const {
    const std::string authorization(http::find_header(seen_.at(request).headers, "authorization"));
    const auto begin = authorization.find('/', authorization.find('/') + 1) + 1;
    return authorization.substr(begin, authorization.find(',') - begin);
  }
  std::string refusal(const std::string& file) {
    try {
      clients(file).kinesis();
    } catch (const startup_error& error) {
      return error.what();
    }
    return "(no refusal)";
  }

  asio::io_context io_{1};
  http::server server_;
  std::map<std::string, std::string> variables_;
  std::vector<http::request> seen_;
};

TEST_F(AwsClients, AServicesOwnPropertiesComeFirst) {
  variables_["AWS_REGION"] = "us-west-1";
  variables_["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
  EXPECT_TRUE(kinesis_works(
      clients(engine + "debezium.sink.kinesis.region=eu-west-3\ndebezium.sink.kinesis.endpoint=" +
              here("/sub") + "\n")));
  EXPECT_EQ(scope(0), "eu-west-3/kinesis/aws4_request");
  EXPECT_EQ(seen_[0].target, "/sub");
}

TEST_F(AwsClients, TheEndpointOfKinesisIsForKinesisAlone) {
  variables_["AWS_ENDPOINT_URL"] = here("/all");
  const auto made = clients(engine +
                            "debezium.sink.kinesis.region=eu-west-3\ndebezium.sink.kinesis."
                            "endpoint=http://127.0.0.1:1\n");
  auto sqs = made.sqs();
  EXPECT_TRUE(run_task(io_, sqs.get_queue_url("q")));
  auto bus = made.eventbridge();
  EXPECT_TRUE(run_task(io_, bus.describe_event_bus("b")));
  EXPECT_EQ(seen_[0].target, "/all");
  EXPECT_EQ(scope(0), "eu-west-3/sqs/aws4_request");
  EXPECT_EQ(scope(1), "eu-west-3/events/aws4_request");
}

TEST_F(AwsClients, OneEndpointServesAllThree) {
  const auto made =
      clients("tidewire.aws.region=eu-central-1\ntidewire.aws.endpoint=" + here() + "\n");
  EXPECT_TRUE(kinesis_works(made));
  auto sqs = made.sqs();
  EXPECT_TRUE(run_task(io_, sqs.get_queue_url("q")));
  auto bus = made.eventbridge();
  EXPECT_TRUE(run_task(io_, bus.describe_event_bus("b")));
  EXPECT_EQ(scope(2), "eu-central-1/events/aws4_request");
}

TEST_F(AwsClients, TheEnvironmentServesWhereTheFileSaysNothing) {
  variables_["AWS_DEFAULT_REGION"] = "ap-south-1";
  variables_["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
  variables_["AWS_ENDPOINT_URL_KINESIS"] = here("/own");
  EXPECT_TRUE(kinesis_works(clients("")));
  EXPECT_EQ(seen_[0].target, "/own");
  EXPECT_EQ(scope(0), "ap-south-1/kinesis/aws4_request");
}

TEST_F(AwsClients, TheProtocolOfKinesisIsChosenInTheFile) {
  const std::string place = "tidewire.aws.region=r\ntidewire.aws.endpoint=" + here() + "\n";
  EXPECT_TRUE(kinesis_works(clients(place + "tidewire.sink.kinesis.protocol=json\n")));
  EXPECT_TRUE(kinesis_works(clients(place)));
  EXPECT_EQ(http::find_header(seen_[0].headers, "content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(http::find_header(seen_[1].headers, "content-type"), "application/x-amz-cbor-1.1");
}

TEST_F(AwsClients, AMissingRegionIsRefusedWithWhatToSet) {
  const std::string said = refusal("");
  for (const auto* name : {"debezium.sink.kinesis.region", "tidewire.aws.region", "AWS_REGION"})
    EXPECT_THAT(said, HasSubstr(name));
}

TEST_F(AwsClients, AWrongEndpointIsRefusedWithItsPlace) {
  variables_["AWS_REGION"] = "r";
  variables_["AWS_ENDPOINT_URL"] = "localhost:4566";
  EXPECT_THAT(refusal(""), HasSubstr("AWS_ENDPOINT_URL"));
  EXPECT_THAT(refusal(""), HasSubstr("localhost:4566"));
}

TEST_F(AwsClients, AProfileThatIsNotThereIsRefused) {
  variables_["AWS_REGION"] = "r";
  EXPECT_THAT(refusal(engine + "debezium.sink.kinesis.credentials.profile=nobody\n"),
              HasSubstr("'nobody'"));
}

TEST_F(AwsClients, AnUnreadableCaBundleIsRefused) {
  variables_["AWS_REGION"] = "r";
  variables_["AWS_CA_BUNDLE"] = "/no/such/file.pem";
  EXPECT_THAT(refusal(""), HasSubstr("/no/such/file.pem"));
}

}  // namespace
