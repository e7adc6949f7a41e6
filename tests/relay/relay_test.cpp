#include "relay/relay.hpp"

#include "base/compression.hpp"
#include "relay/numbered_events.hpp"
#include "relay/relay_rig.hpp"
#include "support/aggregate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace tidewire::relay {
namespace {

using std::chrono::milliseconds;

TEST(Relay, CarriesEveryRecordWithItsStreamAsSource) {
  relay_rig rig;
  rig.make_stream("orders", 2);
  rig.put("orders", events(0, 300, 20));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 300; }));
  EXPECT_TRUE(rig.stop());
  EXPECT_EQ(distinct(rig.bus), 300U);
  EXPECT_TRUE(is_each_key_in_order(rig.bus));
  EXPECT_EQ(rig.bus.taken[0].source, "orders");
  EXPECT_EQ(rig.bus.taken[0].bus, "bus");
  EXPECT_EQ(rig.bus.taken[0].detail_type, "Changed");
  EXPECT_GT(rig.bus.largest_request, 5U) << "entries travel together";
}

TEST(Relay, KeepsEveryKeysOrderWhileTheBusRefusesEntriesAndRequests) {
  relay_rig rig;
  std::mt19937 random(7);
  rig.bus.refuse_entry = [&](const fake_bus::event&) -> std::optional<std::string> {
    if (random() % 5 == 0) return random() % 2 == 0 ? "InternalFailure" : "ThrottlingException";
    return std::nullopt;
  };
  rig.bus.refuse_request = [&](std::size_t) -> std::optional<fake_bus::request_refusal> {
    const auto dice = random() % 50;
    if (dice == 0) return fake_bus::request_refusal{.status = 500, .code = "InternalFailure"};
    if (dice == 1) return fake_bus::request_refusal{.status = 400, .code = "ThrottlingException"};
    if (dice == 2) return fake_bus::request_refusal{.status = 0, .code = {}};
    return std::nullopt;
  };
  rig.make_stream("orders", 2);
  rig.put("orders", events(0, 2000, 60));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() >= 2000; })) << rig.bus.taken.size();
  EXPECT_TRUE(rig.stop());
  EXPECT_EQ(distinct(rig.bus), 2000U);
  EXPECT_EQ(rig.bus.taken.size(), 2000U) << "nothing is sent again once it was taken";
  EXPECT_TRUE(is_each_key_in_order(rig.bus));
}

TEST(Relay, HasSeveralRequestsUnderWayForAShard) {
  relay_rig rig;
  rig.bus.holds = true;
  rig.make_stream("orders", 1);
  rig.put("orders", events(0, 200, 200));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.under_way == 4; }));
  rig.run_for(milliseconds(20));
  rig.bus.holds = false;
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 200; }));
  EXPECT_EQ(rig.bus.under_way_max, 4U);
}

TEST(Relay, ReadsParentsToTheirEndBeforeTheirChildren) {
  relay_rig rig;
  rig.bus.latency = milliseconds(3);
  rig.make_stream("orders", 1);
  rig.put("orders", events(0, 150, 10));
  rig.reshard("SplitShard",
              R"({"StreamName":"orders","ShardToSplit":"shardId-000000000000",)"
              R"("NewStartingHashKey":"170141183460469231731687303715884105728"})");
  rig.run_until(
      [&] { return rig.ask(rig.kinesis->describe_stream_summary("orders")).status == "ACTIVE"; });
  rig.put("orders", events(150, 150, 10));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() >= 100; }));
  rig.reshard(
      "MergeShards",
      R"({"StreamName":"orders","ShardToMerge":"shardId-000000000001","AdjacentShardToMerge":"shardId-000000000002"})");
  rig.run_until(
      [&] { return rig.ask(rig.kinesis->describe_stream_summary("orders")).status == "ACTIVE"; });
  rig.put("orders", events(300, 150, 10));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() >= 450; })) << rig.bus.taken.size();
  EXPECT_TRUE(rig.stop());
  EXPECT_EQ(rig.bus.taken.size(), 450U);
  EXPECT_TRUE(is_each_key_in_order(rig.bus));
}

TEST(Relay, GoesOnFromItsCheckpointAfterACleanStopAndRepeatsNothing) {
  relay_rig rig;
  rig.make_stream("orders", 2);
  rig.put("orders", events(0, 100, 10));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 100; }));
  ASSERT_TRUE(rig.stop());
  rig.put("orders", events(100, 100, 10));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() >= 200; }));
  rig.run_for(milliseconds(50));
  EXPECT_EQ(rig.bus.taken.size(), 200U);
  EXPECT_EQ(distinct(rig.bus), 200U);
}

TEST(Relay, LosesNothingWhenItIsKilledAgainAndAgain) {
  relay_rig rig;
  std::mt19937 random(3);
  rig.bus.latency = milliseconds(1);
  rig.bus.refuse_entry = [&](const fake_bus::event&) {
    return random() % 10 == 0 ? std::optional<std::string>("InternalFailure") : std::nullopt;
  };
  rig.make_stream("orders", 2);
  rig.put("orders", events(0, 3000, 100));
  for (int life = 0; life < 6; ++life) {
    const auto before = rig.bus.taken.size();
    rig.start(rig.options_for("orders"));
    rig.run_until(
        [&] { return rig.bus.taken.size() >= before + 300 || distinct(rig.bus) == 3000; });
    rig.kill();
  }
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return distinct(rig.bus) == 3000; })) << distinct(rig.bus);
  // Repeats are allowed, but nobody sees an event for the first time before its predecessor.
  for (const auto& [key, order] : taken_by_key(rig.bus)) {
    numbers first_seen;
    std::set<std::uint64_t> seen;
    for (const auto n : order)
      if (seen.insert(n).second) first_seen.push_back(n);
    EXPECT_TRUE(std::is_sorted(first_seen.begin(), first_seen.end())) << key;
  }
  EXPECT_LT(rig.bus.taken.size(), 6000U) << "checkpoints keep the repeats few";
}

TEST(Relay, FindsTheGuiltyEntryOfARequestThatIsRefusedAsAWhole) {
  relay_rig rig;
  rig.bus.refuse_request = [&](std::size_t entries) -> std::optional<fake_bus::request_refusal> {
    // As an endpoint with a lower limit than ours does: every request with several entries is over
    // it.
    if (entries > 1) return fake_bus::request_refusal{.status = 400, .code = "ValidationException"};
    return std::nullopt;
  };
  rig.make_stream("orders", 1);
  rig.put("orders", events(0, 30, 10));
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 30; })) << rig.bus.taken.size();
  EXPECT_EQ(rig.counters().dead, 0U);
  EXPECT_TRUE(is_each_key_in_order(rig.bus));
}

TEST(Relay, TakesAggregatedRecordsApartAndResumesInsideOne) {
  relay_rig rig;
  std::vector<std::string> details;
  std::vector<aws::user_record> inside;
  for (std::uint64_t n = 0; n < 10; ++n) details.push_back(event("k" + std::to_string(n), n));
  std::vector<std::string> keys;
  for (std::uint64_t n = 0; n < 10; ++n) keys.push_back("k" + std::to_string(n));
  for (std::size_t n = 0; n < 10; ++n)
    inside.push_back(
        {.partition_key = keys[n], .explicit_hash_key = std::nullopt, .data = details[n]});
  rig.make_stream("orders", 1);
  rig.put("orders", {{"outer", testing::aggregate(inside)}, {"k0", event("k0", 10)}});

  bool is_stuck = true;
  rig.bus.refuse_entry = [&](const fake_bus::event& e) {
    return is_stuck && e.detail == details[5] ? std::optional<std::string>("InternalFailure")
                                              : std::nullopt;
  };
  auto how = rig.options_for("orders");
  how.drain_max = milliseconds(100);
  rig.start(how);
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 10; }));
  ASSERT_TRUE(rig.stop());
  is_stuck = false;
  rig.bus.taken.clear();
  rig.start(how);
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() >= 6; }));
  rig.run_for(milliseconds(50));
  EXPECT_EQ(rig.bus.taken.size(), 6U)
      << "what stood before the gap inside the aggregate is not sent again";
  EXPECT_EQ(rig.bus.taken[0].detail, details[5]);
}

TEST(Relay, UndoesTheCompressionOfRecordsAndOfAggregates) {
  relay_rig rig;
  rig.make_stream("orders", 1);
  std::vector<std::pair<std::string, std::string>> all = events(0, 20, 1);
  for (auto& [key, data] : all) data.insert(data.size() - 1, 200, ' ');
  std::vector<aws::user_record> inside;
  for (const auto& [key, data] : std::span(all).subspan(8, 10)) {
    aws::user_record one;
    one.partition_key = key;
    one.data = data;
    inside.push_back(one);
  }
  compressor gzip(compression::gzip), zstd(compression::zstd);
  const auto packed = [](compressor& by, const std::string& plain) {
    const std::string data(by.pack(plain));
    EXPECT_LT(data.size(), plain.size());
    return data;
  };
  std::vector<std::pair<std::string, std::string>> records;
  for (std::size_t i = 0; i < 8; ++i)
    records.emplace_back(all[i].first, packed(i % 2 == 0 ? gzip : zstd, all[i].second));
  records.emplace_back("outer", packed(zstd, testing::aggregate(inside)));
  records.emplace_back(all[18].first, "");
  records.emplace_back(all[18]);
  records.emplace_back(all[19].first, packed(gzip, all[19].second));
  rig.put("orders", records);
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 20; }));
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(rig.bus.taken[i].detail, all[i].second) << i;
  EXPECT_EQ(rig.counters().left_out, 1U) << "the tombstone";
  EXPECT_EQ(rig.counters().dead, 0U);
}

TEST(Relay, LeavesOutTombstonesAndWhatTheFilterDoesNotMatch) {
  relay_rig rig;
  rig.make_stream("orders", 1);
  auto how = rig.options_for("orders");
  how.streams[0].filter = rules::pattern::compile(R"({"key":["a"]})").value();
  rig.put("orders", {{"a", event("a", 1)}, {"a", ""}, {"b", event("b", 2)}, {"a", event("a", 3)}});
  rig.start(how);
  ASSERT_TRUE(
      rig.run_until([&] { return rig.bus.taken.size() == 2 && rig.counters().left_out == 2; }));
  EXPECT_EQ(taken_by_key(rig.bus)["a"], (numbers{1, 3}));
}

TEST(Relay, WaitsForAStreamThatIsNotThereYet) {
  relay_rig rig;
  rig.start(rig.options_for("later"));
  rig.run_for(milliseconds(100));
  rig.make_stream("later", 1);
  rig.put("later", events(0, 5, 5));
  EXPECT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 5; }));
}

TEST(Relay, LatestBeginsWithWhatComesNextAndARestartSkipsNothing) {
  relay_rig rig;
  rig.make_stream("orders", 1);
  rig.put("orders", events(0, 5, 5));
  auto how = rig.options_for("orders");
  how.start = {.where = start_point::kind::latest};
  rig.run_for(milliseconds(20));  // so that the records are older than the start
  rig.start(how);
  const std::string file = rig.folder + "/orders@shardId-000000000000.checkpoint";
  ASSERT_TRUE(rig.run_until([&] { return std::filesystem::exists(file); }));
  rig.run_for(milliseconds(50));
  rig.kill();
  rig.run_for(milliseconds(20));
  rig.put("orders", events(5, 5, 5));
  rig.start(how);
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() >= 5; }));
  rig.run_for(milliseconds(50));
  EXPECT_EQ(rig.bus.taken.size(), 5U);
  EXPECT_EQ(taken_by_key(rig.bus)["key-0"], numbers{5});
}

}  // namespace
}  // namespace tidewire::relay
