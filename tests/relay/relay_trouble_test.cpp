#include "base/base64.hpp"
#include "base/compression.hpp"
#include "base/startup_error.hpp"
#include "relay/numbered_events.hpp"
#include "relay/relay.hpp"
#include "relay/relay_rig.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

/// What the relay does when things go wrong for good, or for long.
namespace tidewire::relay {
namespace {

using std::chrono::milliseconds;

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string member(const std::string& json, const char* name) {
  simdjson::dom::parser parser;
  return std::string(std::string_view(parser.parse(json)[name]));
}

stream_state only_stream(const relay_rig& rig) {
  return rig.streams().at(0);
}

TEST(RelayInTrouble, TellsWhatStandsInItsWayAndHowOldTheOldestRecordIs) {
  relay_rig rig;
  bool away = true;
  rig.bus.refuse_request = [&](std::size_t) {
    return away ? std::optional(fake_bus::request_refusal{.status = 500, .code = "InternalFailure"})
                : std::nullopt;
  };
  rig.start(rig.options_for("orders"));
  ASSERT_TRUE(rig.run_until([&] {
    return only_stream(rig).trouble.find("there is none of that name") != std::string::npos;
  }));
  rig.make_stream("orders", 2);
  rig.put("orders", {{"a", event("a", 1)}});
  ASSERT_TRUE(rig.run_until([&] {
    const auto now = only_stream(rig);
    return now.behind_ms > 300 && now.trouble.find("bus bus") != std::string::npos;
  }));
  EXPECT_EQ(only_stream(rig).shards, 2U);
  away = false;
  ASSERT_TRUE(rig.run_until([&] {
    const auto now = only_stream(rig);
    return now.trouble.empty() && now.behind_ms == 0;
  }));
  EXPECT_EQ(rig.bus.taken.size(), 1U);
}

TEST(RelayInTrouble, BuriesWhatCanNeverReachTheBusInTheDeadLetterQueueAndGoesOn) {
  relay_rig rig;
  rig.bus.refuse_entry = [](const fake_bus::event& e) {
    return e.detail.find("malformed") != std::string::npos
               ? std::optional<std::string>("MalformedDetail")
               : std::nullopt;
  };
  rig.make_stream("orders", 1);
  rig.ask(rig.sqs->create_queue("letters", {}));
  const std::string unreadable("\xF3\x89\x9A\xC2 not json", 13);
  rig.put("orders",
          {{"a", event("a", 1)},
           {"a", unreadable},
           {"a", R"({"key":"a","malformed":true})"},
           {"a", ""},
           {"a", event("a", 2)}});
  auto how = rig.options_for("orders");
  how.dead_letter_queue = "letters";
  rig.start(how);
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 2 && rig.counters().dead == 2; }));
  ASSERT_TRUE(rig.stop());
  EXPECT_EQ(taken_by_key(rig.bus)["a"], (numbers{1, 2}));

  const auto url = rig.ask(rig.sqs->get_queue_url("letters"));
  std::vector<aws::received_message> letters;
  rig.run_until([&] {
    for (auto& m : rig.ask(rig.sqs->receive_message({.queue_url = url,
                                                     .messages_max = 10,
                                                     .wait = std::chrono::seconds(0),
                                                     .visibility = {}})))
      letters.push_back(std::move(m));
    return letters.size() >= 2;
  });
  ASSERT_EQ(letters.size(), 2U);
  std::map<std::string, std::string> by_data;
  for (const auto& m : letters) by_data[from_base64(member(m.body, "data")).value()] = m.body;
  ASSERT_TRUE(by_data.contains(unreadable));
  EXPECT_NE(member(by_data[unreadable], "reason").find("not JSON"), std::string::npos);
  EXPECT_EQ(member(by_data[unreadable], "stream"), "orders");
  EXPECT_EQ(member(by_data[unreadable], "shard"), "shardId-000000000000");
  EXPECT_EQ(member(by_data[unreadable], "partitionKey"), "a");
  EXPECT_FALSE(member(by_data[unreadable], "sequenceNumber").empty());
  ASSERT_TRUE(by_data.contains(R"({"key":"a","malformed":true})"));
  EXPECT_NE(member(by_data[R"({"key":"a","malformed":true})"], "reason").find("MalformedDetail"),
            std::string::npos);

  rig.start(how);
  rig.run_for(milliseconds(100));
  EXPECT_EQ(rig.counters().records, 0U) << "the checkpoint stands behind the dead letters";
}

/// A frame of more spaces than a record may hold.
std::string bomb() {
  const std::string spaces(unpacked_bytes_max + 1, ' ');
  std::string frame(ZSTD_compressBound(spaces.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), spaces.data(), spaces.size(), 1));
  return frame;
}

TEST(RelayInTrouble, BuriesWhatCannotBeUnpackedAsItIsAndGoesOn) {
  relay_rig rig;
  rig.make_stream("orders", 1);
  compressor zstd(compression::zstd);
  const std::string whole(zstd.pack(event("a", 1) + std::string(500, ' ')));
  const std::string damaged = whole.substr(0, whole.size() - 1);
  rig.put("orders", {{"a", damaged}, {"a", bomb()}, {"a", whole}});
  rig.start(rig.options_for("orders"));
  const std::string file = rig.folder + "/dead-letters.jsonl";
  ASSERT_TRUE(
      rig.run_until([&] { return rig.bus.taken.size() == 1 && lines_of(file).size() == 2; }));
  EXPECT_EQ(taken_by_key(rig.bus)["a"], (numbers{1}));
  const auto letters = lines_of(file);
  EXPECT_EQ(from_base64(member(letters[0], "data")), damaged);
  EXPECT_NE(member(letters[0], "reason").find("its end is missing"), std::string::npos);
  EXPECT_EQ(from_base64(member(letters[1], "data")), bomb());
  EXPECT_NE(member(letters[1], "reason").find("more than is allowed"), std::string::npos);
}

TEST(RelayInTrouble, UnpacksNoMoreThanThereIsRoomForWhileTheBusIsDown) {
  relay_rig rig;
  bool is_down = true;
  rig.bus.refuse_request = [&](std::size_t) -> std::optional<fake_bus::request_refusal> {
    if (is_down) return fake_bus::request_refusal{.status = 503, .code = "ServiceUnavailable"};
    return std::nullopt;
  };
  rig.make_stream("orders", 1);
  compressor zstd(compression::zstd);
  std::vector<std::pair<std::string, std::string>> records;
  constexpr std::size_t event_bytes = 100'000;
  for (auto& [key, data] : events(0, 100, 5)) {
    data.insert(data.size() - 1, event_bytes, ' ');
    records.emplace_back(key, zstd.pack(data));
  }
  rig.put("orders", records);
  auto how = rig.options_for("orders");
  how.buffer_bytes_max = 10 * event_bytes;
  rig.start(how);
  EXPECT_TRUE(rig.run_until([&] { return rig.bus.requests > 3 && rig.counters().records >= 9; }));
  EXPECT_LE(rig.counters().records, 11U) << "one page holds all hundred";
  is_down = false;
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 100; }));
  EXPECT_TRUE(is_each_key_in_order(rig.bus));
}

TEST(RelayInTrouble, KeepsDeadLettersInAFileWhereThereIsNoQueue) {
  relay_rig rig;
  rig.make_stream("orders", 1);
  rig.put("orders", {{"a", "not json"}, {"a", event("a", 1)}});
  rig.start(rig.options_for("orders"));
  const std::string file = rig.folder + "/dead-letters.jsonl";
  ASSERT_TRUE(
      rig.run_until([&] { return rig.bus.taken.size() == 1 && lines_of(file).size() == 1; }));
  EXPECT_EQ(from_base64(member(lines_of(file)[0], "data")), "not json");
}

TEST(RelayInTrouble, KeepsALetterThatIsTooLargeForTheQueueInTheFile) {
  relay_rig rig;
  rig.make_stream("orders", 1);
  rig.ask(rig.sqs->create_queue("letters", {}));
  const std::string large(1'000'000, 'x');
  rig.put("orders", {{"a", large}});
  auto how = rig.options_for("orders");
  how.dead_letter_queue = "letters";
  rig.start(how);
  const std::string file = rig.folder + "/dead-letters.jsonl";
  ASSERT_TRUE(rig.run_until([&] { return lines_of(file).size() == 1; }));
  const auto url = rig.ask(rig.sqs->get_queue_url("letters"));
  std::vector<aws::received_message> letters;
  rig.run_until([&] {
    letters = rig.ask(rig.sqs->receive_message(
        {.queue_url = url, .messages_max = 1, .wait = std::chrono::seconds(0), .visibility = {}}));
    return !letters.empty();
  });
  EXPECT_EQ(member(letters[0].body, "dataFile"), file);
  EXPECT_EQ(from_base64(member(lines_of(file)[0], "data")), large);
}

TEST(RelayInTrouble, WaitsOutABusThatIsDownAndThenDrains) {
  relay_rig rig;
  bool is_down = true;
  rig.bus.refuse_request = [&](std::size_t) -> std::optional<fake_bus::request_refusal> {
    if (is_down) return fake_bus::request_refusal{.status = 0, .code = {}};
    return std::nullopt;
  };
  rig.make_stream("orders", 1);
  rig.put("orders", events(0, 100, 10));
  rig.start(rig.options_for("orders"));
  rig.run_for(milliseconds(300));
  EXPECT_TRUE(rig.bus.taken.empty());
  EXPECT_LT(rig.bus.requests, 100U) << "it backs off";
  is_down = false;
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 100; }));
  EXPECT_TRUE(is_each_key_in_order(rig.bus));
}

TEST(RelayInTrouble, AStopWhileTheBusIsDownEndsInTimeAndLosesNothing) {
  relay_rig rig;
  bool is_down = true;
  rig.bus.refuse_request = [&](std::size_t) -> std::optional<fake_bus::request_refusal> {
    if (is_down) return fake_bus::request_refusal{.status = 503, .code = "ServiceUnavailable"};
    return std::nullopt;
  };
  rig.make_stream("orders", 1);
  rig.put("orders", events(0, 20, 5));
  auto how = rig.options_for("orders");
  how.drain_max = milliseconds(100);
  rig.start(how);
  rig.run_for(milliseconds(100));
  EXPECT_TRUE(rig.stop());
  is_down = false;
  rig.start(how);
  EXPECT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 20; }));
}

TEST(RelayInTrouble, ADamagedCheckpointKeepsItFromStarting) {
  relay_rig rig;
  std::ofstream(rig.folder + "/orders@shardId-000000000000.checkpoint") << "{\"version\":1";
  try {
    rig.start(rig.options_for("orders"));
    FAIL() << "it started";
  } catch (const startup_error& error) {
    EXPECT_NE(std::string(error.what()).find("orders@shardId-000000000000.checkpoint"),
              std::string::npos)
        << error.what();
  }
}

/// The names in the folder this test runs in.
std::set<std::string> names_here() {
  std::set<std::string> names;
  for (const auto& one : std::filesystem::directory_iterator(std::filesystem::current_path()))
    names.insert(one.path().filename().string());
  return names;
}

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(RelayInTrouble, ARelayThatIsDroppedStillWritesWhatIsUnderWayToItsOwnFolder) {
  relay_rig rig;
  rig.make_stream("orders", 2);
  // The first shard's checkpoint cannot be written until somebody reads from this pipe, and the
  // second's waits behind it.
  const std::string stuck = rig.folder + "/orders@shardId-000000000000.checkpoint.new";
  ASSERT_EQ(mkfifo(stuck.c_str(), 0600), 0);
  rig.start(rig.options_for("orders"));
  rig.put("orders", events(0, 100, 20));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 100; }));
  rig.run_for(milliseconds(50));
  rig.put("orders", events(100, 100, 20));
  ASSERT_TRUE(rig.run_until([&] { return rig.bus.taken.size() == 200; }));
  rig.run_for(milliseconds(50));
  const std::string second = rig.folder + "/orders@shardId-000000000001.checkpoint";
  const std::string before = content_of(second);
  const auto here = names_here();

  std::thread reads([&stuck] {
    std::this_thread::sleep_for(milliseconds(50));
    const int fd = ::open(stuck.c_str(), O_RDONLY | O_CLOEXEC);
    std::array<char, 1024> dropped{};
    while (::read(fd, dropped.data(), dropped.size()) > 0) {
    }
    ::close(fd);
  });
  rig.kill();
  reads.join();
  EXPECT_NE(content_of(second), before) << "the write that was queued is done";
  EXPECT_EQ(names_here(), here) << "and nothing is written elsewhere";
}

}  // namespace
}  // namespace tidewire::relay
