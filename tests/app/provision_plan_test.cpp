#include "app/provision_plan.hpp"

#include "base/startup_error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>

#include <map>
#include <optional>

namespace tidewire::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const config::environment only_a_region = [](std::string_view name) -> std::optional<std::string> {
  if (name == "AWS_REGION") return "us-east-1";
  return std::nullopt;
};

constexpr const char* engine =
    "debezium.source.database.hostname=h\ndebezium.source.database.user=u\ndebezium.source."
    "database.password=p\n"
    "debezium.source.database.dbname=d\ndebezium.source.topic.prefix=kinesis\ndebezium.sink.type="
    "kinesis\n";
constexpr const char* relay =
    "tidewire.relay.streams=kinesis.inventory.products,kinesis.inventory.customers\n"
    "tidewire.relay.kinesis.inventory.products.bus=products\ntidewire.relay.kinesis.inventory."
    "customers.bus=customers\n";
constexpr const char* queue =
    "tidewire.provision.rule.name=forward\ntidewire.provision.queue.name=data-change.fifo\n";

config::settings settings(const std::string& text) {
  return config::settings::parse(text, "test.properties", only_a_region, {});
}

provision_plan plan_of(const std::string& text,
                       const std::vector<postgres::table_name>& tables = {}) {
  return read_provision_plan(settings(text), tables);
}

std::string refusal(const std::string& text) {
  try {
    plan_of(text);
  } catch (const startup_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ProvisionPlan, NamesAStreamForEachCapturedTableAndEachRelayedStreamOnce) {
  const auto plan =
      plan_of(std::string(engine) + relay, {{"inventory", "products"}, {"inventory", "stock"}});
  EXPECT_THAT(
      plan.streams,
      ElementsAre(
          "kinesis.inventory.products", "kinesis.inventory.stock", "kinesis.inventory.customers"));
  EXPECT_EQ(plan.shards, 1);
  EXPECT_EQ(plan_of(std::string(engine) + "tidewire.provision.shards=4\n").shards, 4);
}

TEST(ProvisionPlan, NamesTheStreamsOfWhatTheEngineSendsBesideChanges) {
  const std::string more =
      "debezium.source.provide.transaction.metadata=true\n"
      "debezium.source.heartbeat.interval.ms=1000\n"
      "debezium.source.message.prefix.include.list=audit\n"
      "debezium.source.notification.enabled.channels=sink\n"
      "debezium.source.notification.sink.topic.name=news\n";
  EXPECT_THAT(plan_of(engine + more, {{"inventory", "products"}}).streams,
              ElementsAre("kinesis.inventory.products",
                          "kinesis.transaction",
                          "__debezium-heartbeat.kinesis",
                          "kinesis.message",
                          "news"));
  EXPECT_THAT(plan_of(engine, {{"inventory", "products"}}).streams,
              ElementsAre("kinesis.inventory.products"));
}

TEST(ProvisionPlan, NamesNoTableStreamsWhereTheSinkIsNotKinesis) {
  std::string text = engine;
  text.replace(text.find("type=kinesis"), 12, "type=sqs\ndebezium.sink.sqs.queue.url=http://h/q");
  EXPECT_FALSE(wants_table_streams(settings(text)));
  EXPECT_THAT(plan_of(text, {{"inventory", "products"}}).streams, IsEmpty());
  EXPECT_FALSE(wants_table_streams(settings(relay)));
  EXPECT_TRUE(wants_table_streams(settings(engine)));
}

TEST(ProvisionPlan, NamesEachBusOnce) {
  EXPECT_THAT(plan_of(relay).buses, ElementsAre("products", "customers"));
  EXPECT_THAT(plan_of("tidewire.relay.streams=a,b\ntidewire.relay.bus=both\n").buses,
              ElementsAre("both"));
  EXPECT_THAT(plan_of(engine).buses, IsEmpty());
}

TEST(ProvisionPlan, MakesTheSeedsQueue) {
  const auto plan = plan_of(std::string(relay) + queue +
                            "tidewire.provision.queue.content-based-deduplication=true\n"
                            "tidewire.provision.target.message-group-id=Group1\n");
  EXPECT_EQ(plan.rule_name, "forward");
  EXPECT_EQ(plan.rule_pattern, R"({"source":[{"prefix":""}]})");
  EXPECT_EQ(plan.message_group_id, "Group1");
  ASSERT_TRUE(plan.queue);
  EXPECT_EQ(plan.queue->name, "data-change.fifo");
  using attributes = std::map<std::string, std::string>;
  EXPECT_EQ(plan.queue->attributes,
            (attributes{{"FifoQueue", "true"},
                        {"ContentBasedDeduplication", "true"},
                        {"VisibilityTimeout", "30"},
                        {"MessageRetentionPeriod", "345600"}}));
  EXPECT_EQ(
      plan.queue->enforced,
      (attributes{{"ContentBasedDeduplication", "true"}}));  // what the file does not say stays
  EXPECT_THAT(plan.dead_letter_queues, IsEmpty());
}

TEST(ProvisionPlan, MakesAStandardQueueWithoutWhatOnlyFifoHas) {
  const auto plan =
      plan_of("tidewire.provision.queue.name=changes\ntidewire.provision.queue.visibility=2m\n");
  using attributes = std::map<std::string, std::string>;
  EXPECT_EQ(plan.queue->attributes,
            (attributes{{"VisibilityTimeout", "120"}, {"MessageRetentionPeriod", "345600"}}));
  EXPECT_EQ(plan.queue->enforced, (attributes{{"VisibilityTimeout", "120"}}));
}

TEST(ProvisionPlan, MakesDeadLetterQueues) {
  const auto plan = plan_of(std::string(relay) + queue +
                            "tidewire.relay.dead-letter.queue=relay-dlq\ntidewire.provision.queue."
                            "dead-letter.name=dead.fifo\n"
                            "tidewire.provision.queue.max-receives=3\n");
  ASSERT_EQ(plan.dead_letter_queues.size(), 2U);
  EXPECT_EQ(plan.dead_letter_queues[0].name, "relay-dlq");
  EXPECT_EQ(plan.dead_letter_queues[0].attributes.at("MessageRetentionPeriod"), "1209600");
  EXPECT_EQ(plan.dead_letter_queues[1].attributes.at("FifoQueue"), "true");
  EXPECT_EQ(plan.queue->dead_letter_name, "dead.fifo");
  EXPECT_EQ(plan.queue->receives_max, 3);
}

TEST(ProvisionPlan, MakesTheQueueOfTheSinksDeadLettersOnce) {
  const auto plan = plan_of(std::string(engine) + relay +
                            "tidewire.relay.dead-letter.queue=dead\n"
                            "tidewire.sink.dead-letter.queue=dead\n");
  ASSERT_EQ(plan.dead_letter_queues.size(), 1U);
  EXPECT_EQ(plan.dead_letter_queues[0].name, "dead");
  const auto of_sink = plan_of(std::string(engine) + "tidewire.sink.dead-letter.queue=letters\n");
  ASSERT_EQ(of_sink.dead_letter_queues.size(), 1U);
}

TEST(ProvisionPlan, LeavesADeadLetterQueueThatIsGivenByItsUrl) {
  EXPECT_THAT(
      plan_of(std::string(relay) + "tidewire.relay.dead-letter.queue=http://h/000000000000/q\n")
          .dead_letter_queues,
      IsEmpty());
}

TEST(ProvisionPlan, RefusesAPatternThatIsNone) {
  EXPECT_THAT(refusal("tidewire.provision.rule.pattern={\"source\":5}\n"),
              HasSubstr("test.properties:1: tidewire.provision.rule.pattern: Event pattern is not "
                        "valid. Reason: "));
}

TEST(ProvisionPlan, RefusesADeadLetterQueueOfTheOtherKind) {
  EXPECT_THAT(refusal(std::string(queue) + "tidewire.provision.queue.dead-letter.name=dead\n"),
              HasSubstr("tidewire.provision.queue.dead-letter.name"));
}

TEST(TablesByName, AreThoseOfTheFileWhereItNamesThem) {
  const auto tables = [](const std::string& more) {
    return tables_by_name(settings(engine + more));
  };
  using names = std::vector<postgres::table_name>;
  EXPECT_EQ(tables("debezium.source.table.include.list=inventory.products, inventory.customers\n"),
            (names{{"inventory", "products"}, {"inventory", "customers"}}));
  EXPECT_EQ(
      tables("debezium.source.table.include.list=a.t,b.t\ndebezium.source.schema.include.list=b\n"),
      (names{{"b", "t"}}));
  EXPECT_EQ(tables("debezium.source.table.include.list=inventory.*\n"), std::nullopt);
  EXPECT_EQ(tables("debezium.source.table.include.list=a.t,a.[xy]\n"), std::nullopt);
  EXPECT_EQ(tables("debezium.source.table.include.list=A.T\n"),
            std::nullopt);  // in any case: the database knows which
  EXPECT_EQ(tables(""), std::nullopt);
}

TEST(QueuePolicy, LetsEventBridgeSendForTheRules) {
  const auto policy = boost::json::parse(queue_policy("", "arn:q", {"arn:r1", "arn:r2"}));
  EXPECT_EQ(policy,
            boost::json::parse(
                R"({"Version":"2012-10-17","Statement":[{"Sid":"tidewire-events","Effect":"Allow",
      "Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:q",
      "Condition":{"ArnEquals":{"aws:SourceArn":["arn:r1","arn:r2"]}}}]})"));
}

TEST(QueuePolicy, KeepsTheStatementsOfOthersAndReplacesItsOwn) {
  const std::string others =
      R"({"Version":"2012-10-17","Statement":[{"Sid":"other","Effect":"Deny"}]})";
  const std::string once = queue_policy(others, "arn:q", {"arn:r1"});
  const auto twice = boost::json::parse(queue_policy(once, "arn:q", {"arn:r2"}));
  ASSERT_EQ(twice.at("Statement").as_array().size(), 2U);
  EXPECT_EQ(twice.at("Statement").at(0).at("Sid"), "other");
  EXPECT_EQ(twice.at("Statement").at(1).at("Condition").at("ArnEquals").at("aws:SourceArn").at(0),
            "arn:r2");
  EXPECT_EQ(queue_policy(once, "arn:q", {"arn:r1"}), once);
}

}  // namespace
}  // namespace tidewire::app
