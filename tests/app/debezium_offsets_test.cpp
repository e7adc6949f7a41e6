#include "app/debezium_offsets.hpp"

#include "base/durable_file.hpp"
#include "base/startup_error.hpp"
#include "debezium/resume_point.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace tidewire::app {
namespace {

namespace fs = std::filesystem;

const debezium::entry_key key{.connector = "kinesis", .server = "tide"};

class DebeziumOffsets : public ::testing::Test {
 protected:
  DebeziumOffsets()
      : folder_(fs::temp_directory_path() / ("tidewire-takeover-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~DebeziumOffsets() override { fs::remove_all(folder_); }

  std::string file(const std::vector<debezium::entry>& entries) {
    const std::string path = folder_ / "offsets.dat";
    replace_file(path, debezium::write_position_file(entries));
    return path;
  }

  fs::path folder_;
};

TEST_F(DebeziumOffsets, AreTakenOverWithTheSlotAndNoCluster) {
  const auto path = file({debezium::make_entry(
      key, {.at = lsn{20}, .processed = lsn{20}, .commit = lsn{10}, .message_type = "INSERT"})});
  EXPECT_EQ(take_over(path, key, "slot"),
            (offsets{.slot = "slot",
                     .snapshot_completed = true,
                     .durable = lsn{10},
                     .within_after = lsn{20}}));
}

TEST_F(DebeziumOffsets, OfAnotherPrefixDoNotCount) {
  EXPECT_FALSE(take_over(file({debezium::make_entry(key, {.at = lsn{1}})}), {"kinesis", "b"}, "s"));
  EXPECT_FALSE(take_over(folder_ / "none", key, "s"));
  EXPECT_FALSE(take_over(file({}), key, "s"));
}

TEST_F(DebeziumOffsets, ThatCannotBeUnderstoodAreNotGuessedAt) {
  const std::string path = folder_ / "offsets.dat";
  replace_file(path, "{\"durable\":\"0/1\"}");
  EXPECT_THROW(take_over(path, key, "s"), startup_error);
  EXPECT_THROW(take_over(folder_, key, "s"), startup_error) << "a folder";
  auto entry = debezium::make_entry(key, {});
  entry.value_text = "[]";
  EXPECT_THROW(take_over(file({entry}), key, "s"), startup_error);
}

TEST_F(DebeziumOffsets, HandedOverMeanTheEndOfATransaction) {
  const auto entry = hand_over({.slot = "s", .snapshot_completed = true, .durable = lsn{10}}, key);
  EXPECT_EQ(entry.key_text, R"(["kinesis",{"server":"tide"}])");
  EXPECT_EQ(debezium::resume_from(*debezium::read_position(*entry.value_text)),
            (debezium::resume_point{.snapshot_completed = true, .position = lsn{10}}));
}

}  // namespace
}  // namespace tidewire::app
