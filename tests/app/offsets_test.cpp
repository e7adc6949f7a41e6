#include "app/offsets.hpp"

#include "base/startup_error.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace tidewire::app {
namespace {

namespace fs = std::filesystem;

class OffsetsFile : public ::testing::Test {
 protected:
  OffsetsFile()
      : folder_(fs::temp_directory_path() / ("tidewire-offsets-" + std::to_string(::getpid()))) {}
  ~OffsetsFile() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / name) << text;
  }

  fs::path folder_;
};

const offsets some{.system_id = 18'446'744'073'709'551'615U,
                   .slot = "debezium",
                   .snapshot_completed = true,
                   .durable = lsn{0x16'B374'D848}};

TEST(Offsets, AreReadBackAsTheyWereWritten) {
  EXPECT_EQ(to_json(some),
            "{\"version\":1,\"system_id\":\"18446744073709551615\",\"slot\":\"debezium\","
            "\"snapshot_completed\":true,\"durable\":\"16/B374D848\"}\n");
  EXPECT_EQ(offsets_from_json(to_json(some)), some);
}

TEST(Offsets, HoldAnIncrementalSnapshotWhileOneRuns) {
  auto running = some;
  running.incremental_snapshot = R"({"tables":[]})";
  EXPECT_EQ(offsets_from_json(to_json(running)), running);
}

TEST(Offsets, HoldHowFarTheFirstSnapshotHasComeUntilItIsComplete) {
  auto running = some;
  running.snapshot_completed = false;
  running.snapshot.configuration = 7;
  running.snapshot.begin({16'400}, 99, false);
  running.snapshot.add({16'400}, {.page_begin = 0, .page_end = 8, .horizon = 700});
  EXPECT_NE(to_json(running).find("\"snapshot\":{\"configuration\":7,"), std::string::npos);
  EXPECT_EQ(offsets_from_json(to_json(running)), running);
  EXPECT_FALSE(offsets_from_json(
      R"({"system_id":"1","slot":"a","snapshot_completed":false,"durable":"0/0","snapshot":1})"));
}

TEST(Offsets, RememberTheTimelineWhereItIsKnown) {
  offsets later = some;
  later.timeline = 3;
  EXPECT_NE(to_json(later).find("\"timeline\":3,"), std::string::npos);
  EXPECT_EQ(offsets_from_json(to_json(later)), later);
  EXPECT_FALSE(offsets_from_json(
      R"({"system_id":"1","timeline":"x","slot":"a","snapshot_completed":true,"durable":"0/0"})"));
}

TEST(Offsets, NothingElseIsUnderstood) {
  for (const char* text :
       {"",
        "{}",
        "[]",
        "{\"version\":1",
        "{\"system_id\":1,\"slot\":\"a\",\"snapshot_completed\":true,\"durable\":\"0/0\"}",
        "{\"system_id\":\"1x\",\"slot\":\"a\",\"snapshot_completed\":true,\"durable\":\"0/0\"}",
        "{\"system_id\":\"1\",\"slot\":\"a\",\"snapshot_completed\":true,\"durable\":\"here\"}",
        "{\"system_id\":\"99999999999999999999\",\"slot\":\"a\",\"snapshot_completed\":true,"
        "\"durable\":\"0/0\"}"})
    EXPECT_FALSE(offsets_from_json(text)) << text;
}

TEST_F(OffsetsFile, IsMadeWithItsFolderReplacedInOneStepAndForItsOwnerOnly) {
  const std::string path = folder_ / "data" / "offsets.dat.tidewire";
  EXPECT_FALSE(load_offsets(path));
  EXPECT_EQ(save_offsets(path, {}), "");
  EXPECT_EQ(save_offsets(path, some), "");
  EXPECT_EQ(load_offsets(path), some);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(fs::exists(path + ".new"));
}

TEST_F(OffsetsFile, ADamagedOneIsNotGuessedAt) {
  write("offsets", "{\"version\":1,");
  EXPECT_THROW(load_offsets(folder_ / "offsets"), startup_error);
}

TEST_F(OffsetsFile, SaysWhyItCannotBeRead) {
  fs::create_directories(folder_ / "offsets");
  try {
    load_offsets(folder_ / "offsets");
    FAIL() << "a folder is no file";
  } catch (const startup_error& error) {
    const std::string words = error.what();
    EXPECT_NE(words.find("offsets cannot be read: Is a directory"), std::string::npos) << words;
  }
}

TEST_F(OffsetsFile, SaysWhyItCannotBeWritten) {
  write("file", "");
  const std::string within = folder_ / "file" / "offsets";
  EXPECT_FALSE(load_offsets(within)) << "there is none, which is found out when it is written";
  EXPECT_EQ(save_offsets(within, some),
            "cannot make the folder " + (folder_ / "file").string() + ": Not a directory");
  fs::create_directories(folder_ / "folder");
  const std::string folder = folder_ / "folder";
  EXPECT_EQ(save_offsets(folder, some), "cannot write " + folder + ": Is a directory");
}

TEST(Offsets, TellWhatWasSentOfTheNextTransaction) {
  auto taken_over = some;
  taken_over.within_after = lsn{0x16'B374'D900};
  EXPECT_NE(to_json(taken_over).find("\"within_after\":\"16/B374D900\""), std::string::npos);
  EXPECT_EQ(offsets_from_json(to_json(taken_over)), taken_over);
}

}  // namespace
}  // namespace tidewire::app
