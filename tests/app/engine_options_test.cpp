#include "app/engine_options.hpp"

#include "base/startup_error.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace tidewire::app {
namespace {

config::settings settings_of(const std::string& more) {
  const std::string needed =
      "debezium.sink.type=kinesis\n"
      "debezium.sink.kinesis.region=eu-west-1\n"
      "debezium.source.database.hostname=db.example\n"
      "debezium.source.database.user=me\n"
      "debezium.source.database.dbname=shop\n"
      "debezium.source.topic.prefix=cdc\n"
      "debezium.source.offset.storage.file.filename=data/offsets.dat\n";
  const config::environment nothing = [](std::string_view) -> std::optional<std::string> {
    return std::nullopt;
  };
  return config::settings::parse(needed + more, "test.properties", nothing, {});
}

TEST(EngineOptions, CarryTheConnection) {
  const auto to = connection_options_of(settings_of(
      "debezium.source.database.port=5433\ndebezium.source.database.sslmode=verify-full\n"));
  EXPECT_EQ(to.host, "db.example");
  EXPECT_EQ(to.port, 5433);
  EXPECT_EQ(to.user, "me");
  EXPECT_EQ(to.dbname, "shop");
  EXPECT_EQ(to.sslmode, "verify-full");
}

TEST(EngineOptions, HaveDebeziumsDefaults) {
  const auto how = reader_options_of(settings_of(""));
  EXPECT_EQ(how.slot, "debezium");
  EXPECT_EQ(how.publication.name, "dbz_publication");
  EXPECT_EQ(how.publication.autocreate, postgres::publication_autocreate::all_tables);
  EXPECT_EQ(how.snapshot, snapshot_mode::initial);
  EXPECT_EQ(how.snapshot_connections, 1U);
  EXPECT_EQ(how.status_interval, std::chrono::seconds(10));
  EXPECT_EQ(how.heartbeat_interval.count(), 0);
  EXPECT_EQ(how.offsets_file, "data/offsets.dat.tidewire");
  EXPECT_TRUE(how.events.tombstones);
  EXPECT_TRUE(how.events.skipped.truncate);
}

TEST(EngineOptions, CarryTheNumberOfConnectionsThatReadASnapshot) {
  const auto how = reader_options_of(settings_of("debezium.source.snapshot.max.threads=3\n"));
  EXPECT_EQ(how.snapshot_connections, 3U);
}

TEST(EngineOptions, CarryHowASnapshotGoesOnThatWasBrokenOff) {
  const auto usual = reader_options_of(settings_of(""));
  EXPECT_TRUE(usual.snapshot_resume);
  EXPECT_EQ(usual.snapshot_piece, 128U * 1024 * 1024);
  const auto how =
      reader_options_of(settings_of("tidewire.snapshot.resume=off\ntidewire.snapshot.piece=1MiB\n"
                                    "debezium.source.decimal.handling.mode=string\n"));
  EXPECT_FALSE(how.snapshot_resume);
  EXPECT_EQ(how.snapshot_piece, 1024U * 1024);
  EXPECT_NE(how.snapshot_configuration, usual.snapshot_configuration);
}

TEST(EngineOptions, CarryHowLongASnapshotWaitsForItsLocks) {
  EXPECT_EQ(reader_options_of(settings_of("")).snapshot_lock_timeout, std::chrono::seconds(10));
  const auto how =
      reader_options_of(settings_of("debezium.source.snapshot.lock.timeout.ms=60000\n"));
  EXPECT_EQ(how.snapshot_lock_timeout, std::chrono::minutes(1));
}

TEST(EngineOptions, CarryTheMasksOfColumns) {
  const auto masks =
      event_options_of(
          settings_of("debezium.source.column.mask.hash.SHA-256.with.salt.a.b=public\\\\.t\\\\.h\n"
                      "debezium.source.column.mask.hash.v2.MD5.with.salt.c=public.t.v\n"
                      "debezium.source.column.mask.with.4.chars=public.t.m\n"
                      "debezium.source.column.truncate.to.12.chars=public.t.c\n"))
          .masks;
  ASSERT_NE(masks.find("public.t.h"), nullptr);
  EXPECT_EQ(masks.find("public.t.h")->kind, event::mask_kind::hash);
  EXPECT_EQ(masks.find("public.t.h")->algorithm, "SHA-256");
  EXPECT_EQ(masks.find("public.t.h")->salt, "a.b");
  ASSERT_NE(masks.find("public.t.v"), nullptr);
  EXPECT_EQ(masks.find("public.t.v")->kind, event::mask_kind::hash_v2);
  EXPECT_EQ(masks.find("public.t.v")->algorithm, "MD5");
  EXPECT_EQ(masks.find("public.t.v")->salt, "c");
  ASSERT_NE(masks.find("public.t.m"), nullptr);
  EXPECT_EQ(masks.find("public.t.m")->length, 4U);
  ASSERT_NE(masks.find("public.t.c"), nullptr);
  EXPECT_EQ(masks.find("public.t.c")->length, 12U);
  EXPECT_EQ(masks.find("public.t.x"), nullptr);
}

TEST(EngineOptions, RefuseAnUnknownHashWithoutShowingItsSalt) {
  try {
    event_options_of(settings_of("debezium.source.column.mask.hash.CRC.with.salt.pepper=a.b.c\n"));
    FAIL() << "accepted";
  } catch (const startup_error& error) {
    EXPECT_NE(std::string(error.what()).find("CRC"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("pepper"), std::string::npos);
  }
}

TEST(EngineOptions, RefuseToCutTextToNothing) {
  try {
    event_options_of(settings_of("debezium.source.column.truncate.to.0.chars=public.t.c\n"));
    FAIL() << "accepted";
  } catch (const startup_error& error) {
    EXPECT_NE(std::string(error.what()).find("truncate.to.0.chars"), std::string::npos);
  }
}

TEST(EngineOptions, CarryTheStatementsOfASnapshotAndTheRestOfTheSource) {
  const auto how = reader_options_of(settings_of(
      "debezium.source.snapshot.select.statement.overrides=public.a\n"
      "debezium.source.snapshot.select.statement.overrides.public.a=SELECT * FROM a WHERE v\n"
      "debezium.source.snapshot.delay.ms=2s\n"
      "debezium.source.slot.stream.params=origin=none\n"
      "debezium.source.database.initial.statements=SET a=1;SET b=2\n"
      "debezium.source.replica.identity.autoset.values=public.a:FULL\n"
      "debezium.format.value=cloudevents\n"));
  EXPECT_EQ(how.snapshot_selects.at("public.a"), "SELECT * FROM a WHERE v");
  EXPECT_EQ(how.snapshot_delay, std::chrono::seconds(2));
  ASSERT_EQ(how.stream_parameters.size(), 1U);
  EXPECT_EQ(how.stream_parameters[0].first, "origin");
  EXPECT_EQ(how.database.initial_statements.size(), 2U);
  ASSERT_EQ(how.identities.size(), 1U);
  EXPECT_EQ(how.identities[0].identity, "FULL");
  EXPECT_TRUE(how.events.cloud_events);
}

TEST(EngineOptions, ReplaceNullsByDefaultsInCloudEventsWhateverIsSaid) {
  const std::string kept = "debezium.format.value.replace.null.with.default=false\n";
  EXPECT_FALSE(event_options_of(settings_of(kept)).value_nulls_as_default);
  EXPECT_TRUE(event_options_of(settings_of(kept + "debezium.format.value=cloudevents\n"))
                  .value_nulls_as_default);
}

TEST(EngineOptions, KeepNoFileWhereThePositionIsToStayInMemory) {
  const auto how =
      reader_options_of(settings_of("debezium.source.offset.storage=org.apache.kafka.connect."
                                    "storage.MemoryOffsetBackingStore\n"));
  EXPECT_EQ(how.offsets_file, "");
}

TEST(EngineOptions, KnowTheModesOfTheSnapshot) {
  const auto mode = [](const std::string& word) {
    return reader_options_of(settings_of("debezium.source.snapshot.mode=" + word + "\n")).snapshot;
  };
  EXPECT_EQ(mode("always"), snapshot_mode::always);
  EXPECT_EQ(mode("never"), snapshot_mode::never);
  EXPECT_EQ(mode("no_data"), snapshot_mode::never);
  EXPECT_EQ(mode("initial_only"), snapshot_mode::initial_only);
}

TEST(EngineOptions, CaptureWhatTheListsSay) {
  const auto capture =
      capture_options_of(settings_of("debezium.source.schema.include.list=inventory,sales\n"
                                     "debezium.source.table.exclude.list=inventory.stock\n"));
  EXPECT_TRUE(capture.captured("inventory", "products"));
  EXPECT_TRUE(capture.captured("sales", "orders"));
  EXPECT_FALSE(capture.captured("inventory", "stock"));
  EXPECT_FALSE(capture.captured("public", "products"));
}

TEST(EngineOptions, CaptureEverythingWithoutLists) {
  EXPECT_TRUE(capture_options_of(settings_of("")).captured("any", "table"));
}

TEST(EngineOptions, SnapshotInTheOrderOfTheIncludeList) {
  const auto capture =
      capture_options_of(settings_of("debezium.source.table.include.list=b\\\\..*,a\\\\.x\n"
                                     "debezium.source.snapshot.include.collection.list=b.*\n"));
  ASSERT_EQ(capture.snapshot_patterns.size(), 2U);
  EXPECT_TRUE(capture.snapshot_patterns[0]("b", "y"));
  EXPECT_FALSE(capture.snapshot_patterns[0]("a", "x"));
  EXPECT_TRUE(capture.snapshot_patterns[1]("a", "x"));
  EXPECT_TRUE(capture.snapshotted("b", "y"));
  EXPECT_FALSE(capture.snapshotted("a", "x"));
}

TEST(EngineOptions, TheBudgetBoundsTheBatches) {
  const auto how = pipeline_options_of(settings_of(
      "tidewire.memory.budget=16MiB\ntidewire.publisher.threads=3\ntidewire.sink.ordering=none\n"));
  EXPECT_EQ(how.pool.bytes_max, 4U * 1024 * 1024);
  EXPECT_LE(how.outlet.batch_bytes_max, how.pool.bytes_max / 16);
  EXPECT_EQ(how.publisher_threads, 3U);
  EXPECT_EQ(how.publisher.lanes.order, pipeline::ordering::none);
  EXPECT_EQ(how.publisher.on_refusal, sinks::refusal::hold);
}

TEST(EngineOptions, KeepStreamedTransactionsBesideThePosition) {
  const auto how = reader_options_of(settings_of(
      "tidewire.postgres.streaming=auto\ntidewire.memory.budget=8MiB\ntidewire.spill.max=3MiB\n"));
  EXPECT_EQ(how.streaming, streaming_mode::automatic);
  EXPECT_EQ(how.streamed.memory_max, 1024U * 1024U);
  EXPECT_EQ(how.streamed.spill.bytes_max, 3U * 1024U * 1024U);
  EXPECT_EQ(how.streamed.spill.folder, "data");
  EXPECT_EQ(
      reader_options_of(settings_of("tidewire.spill.directory=/var/spill\n")).streamed.spill.folder,
      "/var/spill");
}

TEST(EngineOptions, CarryTheEventsForm) {
  const auto events =
      event_options_of(settings_of("debezium.source.decimal.handling.mode=string\n"
                                   "debezium.source.time.precision.mode=connect\n"
                                   "debezium.format.schemas.enable=false\n"
                                   "debezium.source.skipped.operations=none\n"
                                   "debezium.source.tombstones.on.delete=false\n"));
  EXPECT_EQ(events.topic_prefix, "cdc");
  EXPECT_EQ(events.database, "shop");
  EXPECT_EQ(events.decimals, event::decimal_mode::as_string);
  EXPECT_EQ(events.times, event::time_mode::connect);
  EXPECT_FALSE(events.key_schemas);
  EXPECT_FALSE(events.value_schemas);
  EXPECT_FALSE(events.skipped.truncate);
  EXPECT_FALSE(events.tombstones);
}

}  // namespace
}  // namespace tidewire::app
