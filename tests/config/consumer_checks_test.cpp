/// What a file asks of the consumer: engine/config/consumer_checks.cpp.
#include "settings_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::config {
namespace {

using test::environment_of;
using test::only_warning;
using test::read;
using test::refusal_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ConsumerChecks, AFifoQueueKeepsNoTransactionsTogether) {
  const std::string on = "tidewire.consumer.transactions=true\n";
  const std::string fifo = "tidewire.provision.queue.name=q.fifo\n";
  EXPECT_THAT(refusal_of(on + fifo),
              AllOf(HasSubstr("q.fifo is a FIFO queue"), HasSubstr("standard queue")));
  EXPECT_THAT(
      refusal_of(on + "tidewire.consumer.queue-url=https://sqs.eu-west-1.amazonaws.com/1/q.fifo\n"),
      HasSubstr("FIFO"));
  EXPECT_NO_THROW(read(fifo));
  EXPECT_NO_THROW(read("tidewire.consumer.transactions=false\n" + fifo));
  EXPECT_NO_THROW(read(on + "tidewire.provision.queue.name=q\n"));
  EXPECT_NO_THROW(read(on + fifo + "tidewire.consumer.queue-url=q\n"))
      << "that is what is consumed";
}

TEST(ConsumerChecks, TransactionsThatCanNeverBeCompleteAreAWarning) {
  const std::string on = "tidewire.consumer.transactions=true\n";
  const std::string metadata = "debezium.source.provide.transaction.metadata=true\n";
  EXPECT_THAT(only_warning(read(on)), HasSubstr("provide.transaction.metadata=true"));
  EXPECT_THAT(read(on + metadata).warnings(), IsEmpty());
  const std::string relay =
      "tidewire.relay.streams=server1.s.t\ntidewire.relay.bus=b\ntidewire.relay.detail-type=d\n";
  EXPECT_THAT(only_warning(read(on + metadata + relay)),
              HasSubstr("does not name the stream server1.transaction"));
  EXPECT_THAT(only_warning(read(on + metadata + relay + "debezium.source.topic.transaction=tx\n")),
              HasSubstr("server1.tx"));
  const std::string both =
      "tidewire.relay.streams=server1.s.t,server1.transaction\ntidewire.relay.bus=b\n"
      "tidewire.relay.detail-type=d\n";
  EXPECT_THAT(read(on + metadata + both).warnings(), IsEmpty());
  EXPECT_THAT(settings::parse(on, "app.properties", environment_of({}), {}).warnings(), IsEmpty())
      << "a file for the consumer alone";
}

}  // namespace
}  // namespace tidewire::config
