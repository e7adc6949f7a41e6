#include "config/settings.hpp"

#include "settings_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::config {
namespace {

using std::chrono::milliseconds;
using test::environment_of;
using test::only_warning;
using test::read;
using test::refusal_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

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

TEST(Settings, AFlagOfTheCommandLineWinsAndIsNamedWhereItIsWrong) {
  const auto with = [](std::string flag) {
    return settings::parse("tidewire.consumer.wait=1s\n",
                           "app.properties",
                           environment_of({{"TIDEWIRE_CONSUMER_WAIT", "2s"}}),
                           {.flags = {{"tidewire.consumer.wait", std::move(flag), "--wait"}}});
  };
  EXPECT_EQ(with("3s").duration("tidewire.consumer.wait"), milliseconds(3'000));
  try {
    with("soon");
    FAIL();
  } catch (const startup_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("--wait: tidewire.consumer.wait=soon is not allowed"));
  }
}

TEST(Settings, LinesOfTheActiveProfileWinWhereverTheyStand) {
  const std::string text =
      "%prod.debezium.source.slot.name=ours\ndebezium.source.slot.name=plain\n"
      "%test.debezium.source.slot.name=tests\n";
  const auto s = read(text);
  EXPECT_EQ(s.text("debezium.source.slot.name"), "ours");
  EXPECT_EQ(s.place_of("debezium.source.slot.name"), "app.properties:9");
  EXPECT_EQ(
      only_warning(s),
      "app.properties:11: %test.debezium.source.slot.name has no effect: the profile is prod");
  EXPECT_EQ(read(text, {{"QUARKUS_PROFILE", "test"}}).text("debezium.source.slot.name"), "tests");
  EXPECT_THAT(refusal_of("%prod.debezium.source.database.port=x\n"),
              HasSubstr("app.properties:9: debezium.source.database.port=x is not allowed"));
  EXPECT_THAT(read("%prod\n%\n%prod.\n").warnings(), testing::SizeIs(1));
}

TEST(Settings, AFileThatIsNoneIsToldWhy) {
  const auto refused = [](const char* path) -> std::string {
    try {
      settings::load(path, environment_of({}), {});
      return "accepted";
    } catch (const startup_error& error) {
      return error.what();
    }
  };
  EXPECT_THAT(refused("/"), HasSubstr("file / cannot be read: Is a directory"));
  EXPECT_THAT(refused("/nowhere/a"), HasSubstr("cannot be read: No such file or directory"));
  EXPECT_THAT(refused("/dev/zero"), HasSubstr("cannot be read: it is larger than 16 MiB"));
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

TEST(Settings, AnEmptyPrefixOfATransformIsOne) {
  const auto s = read(
      "debezium.transforms=u\n"
      "debezium.transforms.u.type=io.debezium.transforms.ExtractNewRecordState\n"
      "debezium.transforms.u.add.fields.prefix=\n"
      "debezium.transforms.u.route.by.field=\n");
  EXPECT_THAT(s.warnings(), IsEmpty());
  EXPECT_THAT(s.with_prefix("debezium.transforms.u.add."), ElementsAre(Pair("fields.prefix", "")));
  EXPECT_THAT(s.with_prefix("debezium.transforms.u.route."), IsEmpty());
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
