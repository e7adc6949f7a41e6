#include "app/lag_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t mebibyte = 1024U * 1024U;
const lsn here{0x10000000};
lsn before(std::uint64_t bytes) {
  return {here.value - bytes};
}

/// All stages are level.
road_state level() {
  postgres::slot_sample slot;
  slot.wal_status = "reserved";
  slot.written = here;
  slot.sent = here;
  slot.confirmed_flush = here;
  return {.slot_name = "debezium",
          .slot = slot,
          .engine_place = "http://127.0.0.1:8080",
          .engine = engine_pages{.received = here, .durable = here, .phase = "streaming"},
          .shards = {{.name = "stream s shard 0", .behind_ms = 0}},
          .queues = {{.name = "q"}}};
}

std::vector<std::string> verdicts(const road_state& road) {
  return report_lag(road).verdicts;
}

TEST(LagReport, HasALineForEachStageAndNoVerdictWhereAllIsLevel) {
  const auto report = report_lag(level());
  EXPECT_THAT(report.verdicts, IsEmpty());
  EXPECT_THAT(report.lines,
              ElementsAre(HasSubstr("database  0/10000000 written"),
                          HasSubstr("walsender 0/10000000 sent, 0 bytes behind"),
                          HasSubstr("slot      0/10000000 confirmed"),
                          HasSubstr("engine    0/10000000 read; streaming"),
                          HasSubstr("sink      0/10000000 durable, 0 bytes behind"),
                          HasSubstr("relay     stream s shard 0: 0.0 s behind"),
                          HasSubstr("queue     q: 0 messages wait")));
}

TEST(LagReport, WhatWaitsAtTheWalsenderIsItsOwn) {
  auto road = level();
  road.slot->sent = before(40 * mebibyte);
  road.engine->received = road.engine->durable = before(40 * mebibyte);
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("walsender: 40.0 MiB of log are written")));
}

TEST(LagReport, WhatWaitsBeforeTheEngineIsTheEnginesOrTheNetworks) {
  auto road = level();
  road.engine->received = road.engine->durable = before(3 * mebibyte);
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("the engine, or the network")));
}

TEST(LagReport, AFullSinkIsTheReasonForWhatWaitsBeforeIt) {
  auto road = level();
  road.slot->sent = before(50 * mebibyte);
  road.engine->received = before(100 * mebibyte);
  road.engine->durable = before(102 * mebibyte);
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("the sink: 2.0 MiB were read")));
}

TEST(LagReport, AnOldChangeCountsHoweverSmallItIs) {
  auto road = level();
  road.engine->durable = before(100);
  EXPECT_THAT(verdicts(road), IsEmpty());
  road.engine->oldest_ms = 90'000;
  const auto report = report_lag(road);
  EXPECT_THAT(report.verdicts, ElementsAre(HasSubstr("the sink: 100 bytes")));
  EXPECT_THAT(report.lines[4], HasSubstr("the oldest change for 1 min"));
}

TEST(LagReport, TheEnginesOwnReasonComesFirst) {
  auto road = level();
  road.engine->durable = before(9 * mebibyte);
  road.engine->trouble = "the sink takes nothing: Connection refused";
  EXPECT_THAT(verdicts(road),
              ElementsAre("the engine is not ready: the sink takes nothing: Connection refused"));
  road.engine->trouble.clear();
  road.engine->held = 2;
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("refuses 2 records for good")));
}

TEST(LagReport, NoEngineIsTwoThings) {
  auto road = level();
  road.engine.reset();
  road.engine_trouble = "Connection refused";
  EXPECT_THAT(verdicts(road),
              ElementsAre(HasSubstr("an engine streams, but its pages are not at")));
  road.slot->sent.reset();
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("no engine runs: nobody streams")));
}

TEST(LagReport, ASlotThatIsMissingOrLostIsSaid) {
  auto road = level();
  road.slot->wal_status = "lost";
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("slot debezium is lost")));
  road.slot.reset();
  EXPECT_THAT(verdicts(road), ElementsAre(HasSubstr("there is no slot debezium")));
  road.database_trouble = "connection refused";
  EXPECT_THAT(verdicts(road), ElementsAre("the database cannot be asked: connection refused"));
}

TEST(LagReport, AnOpenTransactionIsKnownByTheLogBehindThePosition) {
  auto road = level();
  road.slot->unconfirmed_bytes = mebibyte;
  road.slot->retained_bytes = 600 * mebibyte;
  EXPECT_THAT(verdicts(road),
              ElementsAre(HasSubstr("a transaction that began 600.0 MiB of log ago")));
}

TEST(LagReport, RelayAndConsumerAreJudgedForThemselves) {
  auto road = level();
  road.shards.push_back({.name = "stream s shard 1", .behind_ms = 8'000'000});
  road.shards.push_back({.name = "stream s shard 2", .trouble = "throttled"});
  road.queues = {{.name = "idle", .waiting = 3},
                 {.name = "busy", .waiting = 3, .in_work = 2},
                 {.name = "slow", .waiting = 5'000, .in_work = 10},
                 {.name = "gone", .trouble = "no such queue"}};
  EXPECT_THAT(verdicts(road),
              ElementsAre(HasSubstr("it is 2 h behind in stream s shard 1"),
                          HasSubstr("stream s shard 2: throttled"),
                          HasSubstr("3 messages wait in idle, and nobody"),
                          HasSubstr("5000 messages wait in slow"),
                          HasSubstr("queue gone: no such queue")));
}

TEST(LagReport, ARoadWithoutAnEngineHasNoneOfItsStages) {
  const road_state road{.slot_name = {}, .engine_place = {}, .queues = {{.name = "q"}}};
  EXPECT_THAT(report_lag(road).lines, ElementsAre(HasSubstr("queue     q")));
  EXPECT_THAT(verdicts(road), IsEmpty());
}

TEST(EnginePages, AreReadFromTheirTexts) {
  const std::string metrics =
      "# TYPE tidewire_received_lsn gauge\ntidewire_received_lsn 268435456\n"
      "tidewire_durable_lsn 268435400\ntidewire_oldest_undelivered_ms 1234\n"
      "tidewire_records_held 1\n";
  const std::string ready =
      R"({"status":"DOWN","checks":[{"name":"database","status":"UP","data":{"phase":"streaming"}},)"
      R"({"name":"sink","status":"DOWN","data":{"reason":"takes \"nothing\""}}]})";
  const auto pages = read_engine_pages(metrics, ready);
  ASSERT_TRUE(pages);
  EXPECT_EQ(pages->received, lsn{268435456});
  EXPECT_EQ(pages->durable, lsn{268435400});
  EXPECT_EQ(pages->oldest_ms, 1234);
  EXPECT_EQ(pages->held, 1U);
  EXPECT_EQ(pages->phase, "streaming");
  EXPECT_EQ(pages->trouble, "takes \"nothing\"");
}

TEST(EnginePages, OfSomethingElseAreNone) {
  EXPECT_FALSE(read_engine_pages("", "{}"));
  EXPECT_FALSE(read_engine_pages("\ntidewire_received_lsn 1\ntidewire_durable_lsn 1\n", "<html>"));
}

}  // namespace
}  // namespace tidewire::app
