/// Properties that depend on each other: check_across() of config/loader.hpp.
#include "settings_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::config {
namespace {

using test::base;
using test::environment_of;
using test::only_warning;
using test::read;
using test::refusal_of;
using test::refusal_of_text;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CrossChecks, RequiredPropertiesAreAskedFor) {
  const auto message = refusal_of_text("debezium.source.slot.name=x\n");
  for (const auto* name : {"debezium.sink.type",
                           "debezium.source.topic.prefix",
                           "debezium.source.database.hostname",
                           "debezium.source.database.user",
                           "debezium.source.database.dbname"})
    EXPECT_THAT(message, HasSubstr(std::string(name) + " is not set"));
}

TEST(CrossChecks, LibpqsVariablesStandForTheConnection) {
  const std::string text = "debezium.sink.type=stdout\ndebezium.source.topic.prefix=p\n";
  EXPECT_NO_THROW(settings::parse(text, "f", environment_of({{"PGSERVICE", "shop"}}), {}));
  EXPECT_NO_THROW(settings::parse(
      text, "f", environment_of({{"PGHOST", "h"}, {"PGUSER", "u"}, {"PGDATABASE", "d"}}), {}));
}

TEST(CrossChecks, AFileForTheRelayAloneNeedsNoEngine) {
  EXPECT_NO_THROW(settings::parse("tidewire.relay.streams=a\n", "f", environment_of({}), {}));
}

TEST(CrossChecks, TheRegionMayComeFromTheEnvironment) {
  std::string text = base;
  text.replace(text.find("debezium.sink.kinesis.region=us-east-1"), 38, "# none");
  EXPECT_NO_THROW(settings::parse(text, "f", environment_of({{"AWS_REGION", "eu-west-1"}}), {}));
  EXPECT_NO_THROW(
      settings::parse(text, "f", environment_of({{"AWS_DEFAULT_REGION", "eu-west-1"}}), {}));
  EXPECT_THAT(refusal_of_text(text), HasSubstr("debezium.sink.kinesis.region is not set"));
}

TEST(CrossChecks, AnAddressHasASchemeAHostAndAPortThatThereIs) {
  const std::string name = "debezium.sink.kinesis.endpoint=";
  for (const auto* good : {"http://127.0.0.1:4566",
                           "https://kinesis.eu-west-1.amazonaws.com",
                           "http://localstack/",
                           "http://[::1]:4566",
                           "https://[fd00::1]/path"})
    EXPECT_NO_THROW(read(name + good + "\n")) << good;
  for (const auto* bad : {"localhost:4566",
                          "ftp://x",
                          "http://",
                          "http://:80",
                          "http://x:99999",
                          "http://x:0",
                          "http://x:",
                          "http://x y",
                          "http://[::1",
                          "http://user@x"})
    EXPECT_THAT(refusal_of(name + bad + "\n"), HasSubstr("app.properties:9: " + name + bad)) << bad;
}

TEST(CrossChecks, IncludeAndExcludeListsExcludeEachOther) {
  for (const std::string what : {"schema", "table", "column", "message.prefix"})
    EXPECT_THAT(
        refusal_of("debezium.source." + what + ".include.list=a\ndebezium.source." + what +
                   ".exclude.list=b\n"),
        HasSubstr("app.properties:10: debezium.source." + what + ".exclude.list=b is not allowed"));
}

TEST(CrossChecks, TheQueueMustBeLargerThanTheBatch) {
  EXPECT_THAT(
      refusal_of("debezium.source.max.batch.size=4096\ndebezium.source.max.queue.size=1024\n"),
      HasSubstr("must be larger"));
  EXPECT_THAT(refusal_of("debezium.source.max.batch.size=8192\n"), HasSubstr("must be larger"))
      << "equal to the default";
  EXPECT_THAT(refusal_of("debezium.source.max.queue.size=2048\n"), HasSubstr("must be larger"));
  EXPECT_NO_THROW(read("debezium.source.max.batch.size=8191\n"));
}

TEST(CrossChecks, NamesHaveLegalCharacters) {
  for (const auto* prefix : {"bad prefix!", "a/b", "caf\xC3\xA9", "blank "})
    EXPECT_THAT(refusal_of(std::string("debezium.source.topic.prefix=") + prefix + "\n"),
                HasSubstr("letters, digits, underscore, hyphen and dot only"));
  EXPECT_THAT(refusal_of("debezium.source.slot.name=My-Slot\n"), HasSubstr("small letters"));
  EXPECT_THAT(refusal_of("debezium.source.slot.name=" + std::string(64, 'a') + "\n"),
              HasSubstr("63"));
}

TEST(CrossChecks, OtherValuesOfAFormOfTheirOwnAreChecked) {
  EXPECT_THAT(refusal_of("debezium.source.unavailable.value.placeholder=hex:4\n"),
              HasSubstr("pairs of hexadecimal digits"));
  EXPECT_THAT(refusal_of("debezium.source.message.key.columns=public.a\n"),
              HasSubstr("table expression:column"));
  EXPECT_NO_THROW(read("debezium.source.message.key.columns=public.k:b;(.*).k2:d,c\n"));
  EXPECT_THAT(refusal_of("debezium.sink.kinesis.endpoint=localhost:4566\n"),
              HasSubstr("http://localhost:4566"));
  EXPECT_THAT(refusal_of("tidewire.relay.start=YESTERDAY\n"), HasSubstr("TRIM_HORIZON"));
  EXPECT_NO_THROW(read("tidewire.relay.start=AT_TIMESTAMP:2026-01-31T00:00:00Z\n"));
  EXPECT_THAT(refusal_of("debezium.sink.type=sqs\ndebezium.sink.sqs.region=r\n"),
              HasSubstr("debezium.sink.sqs.queue.url is not set"));
}

TEST(CrossChecks, ChannelsThatBringNothingHereAreSaid) {
  EXPECT_THAT(read("debezium.source.signal.enabled.channels=source,file\n").warnings(), IsEmpty());
  EXPECT_THAT(only_warning(read("debezium.source.signal.enabled.channels=source,kafka\n")),
              AllOf(HasSubstr("the channel kafka has no effect"), HasSubstr("source or file")));
  EXPECT_THAT(only_warning(read("debezium.source.notification.enabled.channels=log,jmx\n")),
              HasSubstr("the channel jmx has no effect"));
  EXPECT_THAT(only_warning(read("debezium.source.signal.enabled.channels=sauce\n")),
              HasSubstr("the channel sauce has no effect and is not known"));
}

TEST(CrossChecks, InsertsKeepTheirOrderWhereTruncatesAreWantedWhichIsSaid) {
  EXPECT_THAT(read("debezium.source.skipped.operations=none\n").warnings(), IsEmpty());
  const std::string unordered = "tidewire.sink.ordering.keyless=none\n";
  EXPECT_THAT(read(unordered).warnings(), IsEmpty());
  EXPECT_THAT(read(unordered + "debezium.source.skipped.operations=d,t\n").warnings(), IsEmpty());
  EXPECT_THAT(only_warning(read(unordered + "debezium.source.skipped.operations=none\n")),
              AllOf(HasSubstr("tidewire.sink.ordering.keyless=none has no effect"),
                    HasSubstr("does not name t")));
}

TEST(CrossChecks, NotificationsToTheSinkNeedATopic) {
  EXPECT_THAT(refusal_of("debezium.source.notification.enabled.channels=sink\n"),
              HasSubstr("notification.sink.topic.name must be set"));
  EXPECT_THAT(read("debezium.source.notification.enabled.channels=sink\n"
                   "debezium.source.notification.sink.topic.name=notif\n")
                  .warnings(),
              IsEmpty());
}

}  // namespace
}  // namespace tidewire::config
