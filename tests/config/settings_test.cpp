#include "config/settings.hpp"

#include "base/startup_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tidewire::config {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

using variables = std::map<std::string, std::string, std::less<>>;

environment environment_of(variables set) {
  return [set = std::move(set)](std::string_view name) -> std::optional<std::string> {
    const auto found = set.find(name);
    if (found == set.end()) return std::nullopt;
    return found->second;
  };
}

/// What every engine needs; eight lines.
const std::string base = R"(debezium.sink.type=kinesis
debezium.sink.kinesis.region=us-east-1
debezium.source.database.hostname=db
debezium.source.database.user=postgres
debezium.source.database.password=hunter2
debezium.source.database.dbname=shop
debezium.source.topic.prefix=server1
debezium.source.offset.storage.file.filename=data/offsets.dat
)";

settings read(const std::string& more, const variables& set = {}, bool strict = false) {
  return settings::parse(base + more, "app.properties", environment_of(set), {.strict = strict});
}

std::string refusal_of_text(const std::string& text,
                            const variables& set = {},
                            bool strict = false) {
  try {
    const auto accepted =
        settings::parse(text, "app.properties", environment_of(set), {.strict = strict});
  } catch (const startup_error& error) {
    EXPECT_EQ(error.exit_code(), 2);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << text;
  return {};
}
std::string refusal_of(const std::string& more, const variables& set = {}, bool strict = false) {
  return refusal_of_text(base + more, set, strict);
}

std::string only_warning(const settings& from) {
  EXPECT_EQ(from.warnings().size(), 1U);
  return from.warnings().empty() ? "" : from.warnings().front().message;
}

TEST(Settings, GivesValuesDefaultsAndNothing) {
  const auto s = read("debezium.source.slot.name=mine\n");
  EXPECT_THAT(s.warnings(), IsEmpty());
  EXPECT_EQ(s.text("debezium.source.slot.name"), "mine");
  EXPECT_EQ(s.text("debezium.source.publication.name"), "dbz_publication");
  EXPECT_EQ(s.find("debezium.source.table.include.list"), std::nullopt);
  EXPECT_EQ(s.text("debezium.source.table.include.list"), "");
  EXPECT_TRUE(s.is_set("debezium.source.slot.name"));
  EXPECT_FALSE(s.is_set("debezium.source.publication.name"));
  EXPECT_EQ(s.source(), "app.properties");
}

TEST(Settings, ReadsEachType) {
  const auto s = read(R"(debezium.source.database.port= 6432
debezium.source.tombstones.on.delete=FALSE
debezium.source.heartbeat.interval.ms=20s
debezium.source.status.update.interval.ms=5000
tidewire.memory.budget=128MiB
debezium.source.provide.transaction.metadata=on
debezium.source.decimal.handling.mode=STRING
debezium.source.skipped.operations= U , d
tidewire.relay.streams=a.b, c ,
debezium.source.table.include.list=public\\.t[0-9]{1\\,2},public.x
)");
  EXPECT_EQ(s.integer("debezium.source.database.port"), 6432);
  EXPECT_FALSE(s.flag("debezium.source.tombstones.on.delete"));
  EXPECT_TRUE(s.flag("debezium.source.slot.drop.on.stop") == false);
  EXPECT_EQ(s.duration("debezium.source.heartbeat.interval.ms"), milliseconds(20'000));
  EXPECT_EQ(s.duration("debezium.source.status.update.interval.ms"), milliseconds(5000));
  EXPECT_EQ(s.duration("tidewire.consumer.visibility"), milliseconds(30'000));
  EXPECT_EQ(s.bytes("tidewire.memory.budget"), 128U * 1024U * 1024U);
  EXPECT_TRUE(s.flag("debezium.source.provide.transaction.metadata"));
  EXPECT_EQ(s.text("debezium.source.decimal.handling.mode"), "string")
      << "choices come in the table's spelling";
  EXPECT_EQ(s.text("debezium.source.skipped.operations"), "u,d");
  EXPECT_THAT(s.list("tidewire.relay.streams"), ElementsAre("a.b", "c"));
  EXPECT_THAT(s.list("debezium.source.table.include.list"),
              ElementsAre("public\\.t[0-9]{1,2}", "public.x"));
}

TEST(Settings, ListsPropertiesByPrefixInTheFilesOrder) {
  const auto s = read("tidewire.relay.b.c.bus=two\ntidewire.relay.a.bus=one\n");
  EXPECT_THAT(s.with_prefix("tidewire.relay."),
              ElementsAre(Pair("b.c.bus", "two"), Pair("a.bus", "one")));
  EXPECT_EQ(s.text("tidewire.relay.b.c.bus"), "two");
  EXPECT_EQ(s.find("tidewire.relay.other.bus"), std::nullopt);
}

TEST(Settings, TheEnvironmentWinsOverTheFileByThreeNames) {
  EXPECT_EQ(read("", {{"DEBEZIUM_SOURCE_DATABASE_HOSTNAME", "a"}})
                .text("debezium.source.database.hostname"),
            "a");
  EXPECT_EQ(read("", {{"debezium_source_database_hostname", "b"}})
                .text("debezium.source.database.hostname"),
            "b");
  EXPECT_EQ(
      read("",
           {{"debezium.source.database.hostname", "c"}, {"debezium_source_database_hostname", "b"}})
          .text("debezium.source.database.hostname"),
      "c");
}

TEST(Settings, TheEnvironmentAloneSuffices) {
  const auto s = settings::parse("",
                                 "app.properties",
                                 environment_of({{"DEBEZIUM_SINK_TYPE", "stdout"},
                                                 {"DEBEZIUM_SOURCE_DATABASE_HOSTNAME", "db"},
                                                 {"DEBEZIUM_SOURCE_DATABASE_USER", "u"},
                                                 {"DEBEZIUM_SOURCE_DATABASE_DBNAME", "d"},
                                                 {"DEBEZIUM_SOURCE_TOPIC_PREFIX", "p"}}),
                                 {});
  EXPECT_EQ(s.text("debezium.sink.type"), "stdout");
  EXPECT_EQ(s.place_of("debezium.sink.type"), "environment variable DEBEZIUM_SINK_TYPE");
}

TEST(Settings, TheEnvironmentReachesNamesThatTheFilesListsMake) {
  const auto s = read("tidewire.relay.streams=k.products\n",
                      {{"TIDEWIRE_RELAY_K_PRODUCTS_DETAIL_TYPE", "Changed"}});
  EXPECT_EQ(s.text("tidewire.relay.k.products.detail-type"), "Changed");
}

TEST(Settings, TheEnvironmentOverridesPatternsThatTheFileSets) {
  const auto s = read("tidewire.sink.eventbridge.k.products.bus=one\n",
                      {{"TIDEWIRE_SINK_EVENTBRIDGE_K_PRODUCTS_BUS", "two"}});
  EXPECT_EQ(s.text("tidewire.sink.eventbridge.k.products.bus"), "two");
}

TEST(Settings, AnEmptyValueIsNoValue) {
  EXPECT_FALSE(
      read("debezium.source.table.include.list=\n").is_set("debezium.source.table.include.list"));
  EXPECT_EQ(read("debezium.source.slot.name=\n").text("debezium.source.slot.name"), "debezium");
  EXPECT_EQ(read("debezium.source.slot.name=x\n", {{"DEBEZIUM_SOURCE_SLOT_NAME", ""}})
                .text("debezium.source.slot.name"),
            "debezium");
}

TEST(Settings, ExpandsExpressionsInFileAndEnvironment) {
  const auto s = read(
      "debezium.source.slot.name=${NAME:slot}_${debezium.source.database.dbname}\ntidewire.aws."
      "profile=\\\\${x}\n");
  EXPECT_EQ(s.text("debezium.source.slot.name"), "slot_shop");
  EXPECT_EQ(s.text("tidewire.aws.profile"), "${x}");
  EXPECT_EQ(read("debezium.source.slot.name=${NAME}\n", {{"NAME", "given"}})
                .text("debezium.source.slot.name"),
            "given");
  EXPECT_EQ(read("", {{"DEBEZIUM_SOURCE_SLOT_NAME", "${WHO}_slot"}, {"WHO", "my"}})
                .text("debezium.source.slot.name"),
            "my_slot");
  EXPECT_EQ(read("debezium.source.slot.name=${debezium.source.publication.name}\n",
                 {{"DEBEZIUM_SOURCE_PUBLICATION_NAME", "pub"}})
                .text("debezium.source.slot.name"),
            "pub")
      << "a property of the environment is found by its property name";
}

TEST(Settings, AnExpressionWithoutValueIsAProblemWithItsPlace) {
  EXPECT_THAT(
      refusal_of("debezium.source.slot.name=${NOWHERE}\n"),
      AllOf(HasSubstr("app.properties:9: debezium.source.slot.name: "), HasSubstr("${NOWHERE}")));
}

TEST(Settings, TellsThePlaceOfAProperty) {
  const auto s =
      read("\n\ndebezium.source.slot.name=x\n", {{"DEBEZIUM_SOURCE_PLUGIN_NAME", "pgoutput"}});
  EXPECT_EQ(s.place_of("debezium.source.slot.name"), "app.properties:11");
  EXPECT_EQ(s.place_of("debezium.source.plugin.name"),
            "environment variable DEBEZIUM_SOURCE_PLUGIN_NAME");
  EXPECT_EQ(s.place_of("debezium.source.publication.name"), "default");
}

TEST(Settings, ABadValueNamesPlacePropertyValueAndWhatIsAllowed) {
  EXPECT_THAT(refusal_of("debezium.source.decimal.handling.mode=wrong\n"),
              HasSubstr("app.properties:9: debezium.source.decimal.handling.mode=wrong is not "
                        "allowed: one of precise, double, string"));
  EXPECT_THAT(refusal_of("debezium.source.database.port=99999\n"),
              HasSubstr("a whole number of 1 to 65535"));
  EXPECT_THAT(refusal_of("debezium.source.database.port=54x\n"), HasSubstr("=54x is not allowed"));
  EXPECT_THAT(refusal_of("debezium.source.tombstones.on.delete=maybe\n"),
              HasSubstr("true or false"));
  EXPECT_THAT(refusal_of("debezium.source.heartbeat.interval.ms=5 apples\n"), HasSubstr("20s"));
  EXPECT_THAT(refusal_of("tidewire.memory.budget=1KiB\n"), HasSubstr("64MiB"));
  EXPECT_THAT(refusal_of("tidewire.publisher.threads=65\n"), HasSubstr("1 to 64"));
  EXPECT_THAT(refusal_of("debezium.source.skipped.operations=m\n"), HasSubstr("c, u, d, t, none"));
  EXPECT_THAT(refusal_of("debezium.source.table.include.list=public.(a\n"),
              HasSubstr("'public.(a'"));
  EXPECT_THAT(refusal_of("", {{"DEBEZIUM_SOURCE_DATABASE_PORT", "x"}}),
              HasSubstr("environment variable DEBEZIUM_SOURCE_DATABASE_PORT: "));
}

TEST(Settings, ARemarkBehindAValueIsHintedAt) {
  EXPECT_THAT(refusal_of("tidewire.sink.ordering=key   # | none\n"),
              HasSubstr("a remark cannot stand behind a value"));
}

TEST(Settings, AllProblemsComeAtOnceBelowASummary) {
  const auto message = refusal_of(
      "debezium.source.database.port=x\ndebezium.source.time.precision.mode=y\ndebezium.source."
      "slot.name=A\n");
  EXPECT_THAT(message, HasSubstr("app.properties cannot work: 3 problems\n"));
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 3);
}

TEST(Settings, AMalformedUnicodeEscapeIsAProblem) {
  EXPECT_THAT(refusal_of("debezium.source.slot.name=\\u12\n"),
              HasSubstr("app.properties:9: \\u must be"));
}

TEST(Settings, RequiredPropertiesAreAskedFor) {
  const auto message = refusal_of_text("debezium.source.slot.name=x\n");
  for (const auto* name : {"debezium.sink.type",
                           "debezium.source.topic.prefix",
                           "debezium.source.database.hostname",
                           "debezium.source.database.user",
                           "debezium.source.database.dbname"})
    EXPECT_THAT(message, HasSubstr(std::string(name) + " is not set"));
}

TEST(Settings, LibpqsVariablesStandForTheConnection) {
  const std::string text = "debezium.sink.type=stdout\ndebezium.source.topic.prefix=p\n";
  EXPECT_NO_THROW(settings::parse(text, "f", environment_of({{"PGSERVICE", "shop"}}), {}));
  EXPECT_NO_THROW(settings::parse(
      text, "f", environment_of({{"PGHOST", "h"}, {"PGUSER", "u"}, {"PGDATABASE", "d"}}), {}));
}

TEST(Settings, AFileForTheRelayAloneNeedsNoEngine) {
  EXPECT_NO_THROW(settings::parse("tidewire.relay.streams=a\n", "f", environment_of({}), {}));
}

TEST(Settings, TheRegionMayComeFromTheEnvironment) {
  std::string text = base;
  text.replace(text.find("debezium.sink.kinesis.region=us-east-1"), 38, "# none");
  EXPECT_NO_THROW(settings::parse(text, "f", environment_of({{"AWS_REGION", "eu-west-1"}}), {}));
  EXPECT_NO_THROW(
      settings::parse(text, "f", environment_of({{"AWS_DEFAULT_REGION", "eu-west-1"}}), {}));
  EXPECT_THAT(refusal_of_text(text), HasSubstr("debezium.sink.kinesis.region is not set"));
}

TEST(Settings, IncludeAndExcludeListsExcludeEachOther) {
  for (const std::string what : {"schema", "table", "column", "message.prefix"})
    EXPECT_THAT(
        refusal_of("debezium.source." + what + ".include.list=a\ndebezium.source." + what +
                   ".exclude.list=b\n"),
        HasSubstr("app.properties:10: debezium.source." + what + ".exclude.list=b is not allowed"));
}

TEST(Settings, TheQueueMustBeLargerThanTheBatch) {
  EXPECT_THAT(
      refusal_of("debezium.source.max.batch.size=4096\ndebezium.source.max.queue.size=1024\n"),
      HasSubstr("must be larger"));
  EXPECT_THAT(refusal_of("debezium.source.max.batch.size=8192\n"), HasSubstr("must be larger"))
      << "equal to the default";
  EXPECT_THAT(refusal_of("debezium.source.max.queue.size=2048\n"), HasSubstr("must be larger"));
  EXPECT_NO_THROW(read("debezium.source.max.batch.size=8191\n"));
}

TEST(Settings, NamesHaveLegalCharacters) {
  for (const auto* prefix : {"bad prefix!", "a/b", "caf\xC3\xA9", "blank "})
    EXPECT_THAT(refusal_of(std::string("debezium.source.topic.prefix=") + prefix + "\n"),
                HasSubstr("letters, digits, underscore, hyphen and dot only"));
  EXPECT_THAT(refusal_of("debezium.source.slot.name=My-Slot\n"), HasSubstr("small letters"));
  EXPECT_THAT(refusal_of("debezium.source.slot.name=" + std::string(64, 'a') + "\n"),
              HasSubstr("63"));
}

TEST(Settings, OtherValuesOfAFormOfTheirOwnAreChecked) {
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

TEST(Settings, AFifoQueueKeepsNoTransactionsTogether) {
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

TEST(Settings, TransactionsThatCanNeverBeCompleteAreAWarning) {
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

TEST(Settings, TheSeedsMisspellingIsAWarningWithTheRightName) {
  const auto s = read("debezium.source.column.exculde.list=inventory.products.modified_at\n");
  EXPECT_THAT(only_warning(s),
              AllOf(HasSubstr("app.properties:9: debezium.source.column.exculde.list"),
                    HasSubstr("did you mean debezium.source.column.exclude.list?")));
  EXPECT_EQ(s.warnings().front().property, "debezium.source.column.exculde.list");
}

TEST(Settings, AMisspeltQuarkusPropertyIsAWarningAndOthersAreNot) {
  EXPECT_THAT(only_warning(read("quarkus.http.prot=1\n")),
              HasSubstr("did you mean quarkus.http.port?"));
  EXPECT_THAT(read("quarkus.banner.enabled=false\nquarkus.log.file.enable=true\n").warnings(),
              IsEmpty());
}

TEST(Settings, WhatHasNoEffectAndNeedsNoneIsNotWarnedAbout) {
  EXPECT_THAT(read("debezium.source.database.history=x\ndebezium.source.database.history.file."
                   "filename=y\ndebezium.source.poll.interval.ms=100\n")
                  .warnings(),
              IsEmpty());
}

TEST(Settings, WhatIsNotSupportedYetIsAWarningWithWhatHappensInstead) {
  EXPECT_THAT(only_warning(read("debezium.source.table.ignore.builtin=false\n")),
              HasSubstr("always left out"));
  EXPECT_THAT(read("debezium.source.table.ignore.builtin=true\n").warnings(), IsEmpty())
      << "its default";
  EXPECT_THAT(
      read("debezium.source.slot.failover=off\ndebezium.source.snapshot.delay.ms=0s\n").warnings(),
      IsEmpty())
      << "in another spelling";
}

TEST(Settings, ChannelsThatBringNothingHereAreSaid) {
  EXPECT_THAT(read("debezium.source.signal.enabled.channels=source,file\n").warnings(), IsEmpty());
  EXPECT_THAT(only_warning(read("debezium.source.signal.enabled.channels=source,kafka\n")),
              AllOf(HasSubstr("the channel kafka has no effect"), HasSubstr("source or file")));
  EXPECT_THAT(only_warning(read("debezium.source.notification.enabled.channels=log,jmx\n")),
              HasSubstr("the channel jmx has no effect"));
  EXPECT_THAT(only_warning(read("debezium.source.signal.enabled.channels=sauce\n")),
              HasSubstr("the channel sauce has no effect and is not known"));
}

TEST(Settings, InsertsKeepTheirOrderWhereTruncatesAreWantedWhichIsSaid) {
  const std::string unordered = "tidewire.sink.ordering.keyless=none\n";
  EXPECT_THAT(read(unordered).warnings(), IsEmpty());
  EXPECT_THAT(read(unordered + "debezium.source.skipped.operations=d,t\n").warnings(), IsEmpty());
  EXPECT_THAT(only_warning(read(unordered + "debezium.source.skipped.operations=none\n")),
              AllOf(HasSubstr("tidewire.sink.ordering.keyless=none has no effect"),
                    HasSubstr("does not name t")));
}

TEST(Settings, NotificationsToTheSinkNeedATopic) {
  EXPECT_THAT(refusal_of("debezium.source.notification.enabled.channels=sink\n"),
              HasSubstr("notification.sink.topic.name must be set"));
  EXPECT_THAT(read("debezium.source.notification.enabled.channels=sink\n"
                   "debezium.source.notification.sink.topic.name=notif\n")
                  .warnings(),
              IsEmpty());
}

TEST(Settings, WhatWouldChangeOrLeakDataIsRefused) {
  EXPECT_THAT(
      refusal_of("debezium.source.snapshot.query.mode=custom\n"),
      HasSubstr("app.properties:9: debezium.source.snapshot.query.mode=custom is refused: "));
  EXPECT_THAT(refusal_of("debezium.source.snapshot.select.statement.overrides=public.a\n"),
              HasSubstr("snapshot.select.statement.overrides.public.a is not set"));
  EXPECT_THAT(
      refusal_of("debezium.format.value=cloudevents\ndebezium.transforms=unwrap\n"
                 "debezium.transforms.unwrap.type=io.debezium.transforms.ExtractNewRecordState\n"),
      HasSubstr("CloudEvents can be neither transformed nor filtered"));
  EXPECT_THAT(refusal_of("debezium.format.key=cloudevents\n"), HasSubstr("a form of values"));
  EXPECT_THAT(refusal_of("debezium.transforms=unwrap\n"),
              HasSubstr("debezium.transforms.unwrap.type is not set"));
  EXPECT_THAT(refusal_of("debezium.format.value=avro\n"),
              AllOf(HasSubstr("schema registry"), HasSubstr("json")));
  EXPECT_THAT(refusal_of("debezium.sink.type=pubsub\n"),
              HasSubstr("kinesis, eventbridge, sqs and stdout"));
  EXPECT_THAT(refusal_of("debezium.sink.type=nosuch\n"),
              HasSubstr("one of kinesis, eventbridge, sqs, stdout"));
  EXPECT_THAT(
      refusal_of("debezium.source.connector.class=io.debezium.connector.mysql.MySqlConnector\n"),
      HasSubstr("only PostgreSQL"));
  EXPECT_THAT(refusal_of("debezium.source.flush.lsn.source=false\n"), HasSubstr("refused"));
}

TEST(Settings, StrictMakesWarningsErrorsAllAtOnce) {
  const auto message =
      refusal_of("debezium.source.column.exculde.list=a\ndebezium.source.nosuch=b\n", {}, true);
  EXPECT_THAT(message,
              AllOf(HasSubstr("2 problems"),
                    HasSubstr("exclude.list?"),
                    HasSubstr("debezium.source.nosuch")));
  EXPECT_NO_THROW(read("", {}, true));
}

TEST(Settings, ARepeatedPropertyIsAWarningAndTheLastOneCounts) {
  const auto s = read("debezium.source.slot.name=a\ndebezium.source.slot.name=b\n");
  EXPECT_EQ(s.text("debezium.source.slot.name"), "b");
  EXPECT_EQ(s.place_of("debezium.source.slot.name"), "app.properties:10");
  EXPECT_THAT(only_warning(s), HasSubstr("is set in line 9 already"));
}

TEST(Settings, SecretsAreNeverTold) {
  const auto message = refusal_of(
      "debezium.source.column.mask.hash.SHA-256.with.salt.CzQMA0cB5K=a.b\ndebezium.source.nosuch."
      "password=hunter3\n",
      {},
      true);
  EXPECT_THAT(message, AllOf(Not(HasSubstr("CzQMA0cB5K")), Not(HasSubstr("hunter"))));
  EXPECT_THAT(refusal_of("debezium.source.database.port=x\n"), Not(HasSubstr("hunter2")));
}

TEST(Settings, SchemasAreSwitchedOffInThreeSpellings) {
  const auto both = read("debezium.format.schemas.enable=false\n");
  EXPECT_FALSE(both.flag("debezium.format.key.schemas.enable"));
  EXPECT_FALSE(both.flag("debezium.format.value.schemas.enable"));
  const auto value = read("debezium.format.value.schemas.enable=false\n");
  EXPECT_TRUE(value.flag("debezium.format.key.schemas.enable"));
  EXPECT_FALSE(value.flag("debezium.format.value.schemas.enable"));
  EXPECT_TRUE(
      read("debezium.format.schemas.enable=false\ndebezium.format.key.schemas.enable=true\n")
          .flag("debezium.format.key.schemas.enable"));
}

TEST(Settings, SnapshotModesHaveTheirOldNames) {
  EXPECT_EQ(read("debezium.source.snapshot.mode=exported\n").text("debezium.source.snapshot.mode"),
            "initial");
  EXPECT_EQ(read("debezium.source.snapshot.mode=No_Data\n").text("debezium.source.snapshot.mode"),
            "no_data");
  EXPECT_THAT(refusal_of("debezium.source.snapshot.mode=custom\n"), HasSubstr("Java classes"));
}

TEST(Settings, AMissingFileIsAStartupError) {
  EXPECT_THROW(settings::load("/nonexistent/app.properties", environment_of({}), {}),
               startup_error);
}

}  // namespace
}  // namespace tidewire::config
