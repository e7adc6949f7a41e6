#include "relay/checkpoint.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tidewire::relay {
namespace {

namespace fs = std::filesystem;

checkpoint example() {
  return {.stream = "kinesis.inventory.products",
          .shard = "shardId-000000000000",
          .shard_start = "49600000000000000000000000000000000000000000000000000000",
          .done = position{"49600000000000000000000000000000000000000000000000000017", 4},
          .from_ms = 1'790'000'000'123,
          .ended = false};
}

class CheckpointFolder : public testing::Test {
 protected:
  CheckpointFolder() {
    std::string name = (fs::temp_directory_path() / "tidewire-checkpoints-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~CheckpointFolder() override { fs::remove_all(path_); }

  std::string path_;
};

TEST(Checkpoint, IsReadBackAsItWasWritten) {
  checkpoint c = example();
  EXPECT_EQ(read_checkpoint(write_checkpoint(c)).value(), c);
  c.done->sub_sequence_number.reset();
  c.from_ms.reset();
  c.ended = true;
  EXPECT_EQ(read_checkpoint(write_checkpoint(c)).value(), c);
  c.done.reset();
  c.shard = "odd \"name\"\n";
  EXPECT_EQ(read_checkpoint(write_checkpoint(c)).value(), c);
}

TEST(Checkpoint, CutAnywhereIsAnError) {
  const auto whole = write_checkpoint(example());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_checkpoint(whole.substr(0, size))) << size;
}

TEST(Checkpoint, WithAnyBitFlippedIsAnError) {
  const auto whole = write_checkpoint(example());
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(read_checkpoint(damaged)) << bit;
  }
}

TEST_F(CheckpointFolder, IsMadeWithItsParents) {
  checkpoint_folder folder(path_ + "/a/b");
  ASSERT_TRUE(folder.open());
  EXPECT_TRUE(fs::is_directory(path_ + "/a/b"));
}

TEST_F(CheckpointFolder, KeepsTheLastSavedOfEachShardAndOthersCannotReadIt) {
  checkpoint_folder folder(path_);
  ASSERT_TRUE(folder.open());
  auto one = example();
  ASSERT_TRUE(folder.save(one));
  one.done->sequence_number += "1";
  ASSERT_TRUE(folder.save(one));
  auto other = example();
  other.shard = "shardId-000000000001";
  ASSERT_TRUE(folder.save(other));
  auto foreign = example();
  foreign.stream = "kinesis.inventory.products.more";
  ASSERT_TRUE(folder.save(foreign));

  auto loaded = folder.load(one.stream).value();
  ASSERT_EQ(loaded.size(), 2U);
  if (loaded[0].shard != one.shard) std::swap(loaded[0], loaded[1]);
  EXPECT_EQ(loaded[0], one);
  EXPECT_EQ(loaded[1], other);
  struct stat about{};
  ASSERT_EQ(stat(folder.file_of(one.stream, one.shard).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(CheckpointFolder, NamesADamagedFileAndTheRemedy) {
  checkpoint_folder folder(path_);
  ASSERT_TRUE(folder.open());
  ASSERT_TRUE(folder.save(example()));
  const auto file = folder.file_of(example().stream, example().shard);
  fs::resize_file(file, fs::file_size(file) / 2);
  const auto loaded = folder.load(example().stream);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find(file), std::string::npos) << loaded.error().message;
  EXPECT_NE(loaded.error().message.find("remove it"), std::string::npos) << loaded.error().message;
}

TEST_F(CheckpointFolder, RefusesTheFileOfAnotherShard) {
  checkpoint_folder folder(path_);
  ASSERT_TRUE(folder.open());
  ASSERT_TRUE(folder.save(example()));
  fs::rename(folder.file_of(example().stream, example().shard),
             folder.file_of(example().stream, "shardId-000000000009"));
  EXPECT_FALSE(folder.load(example().stream));
}

TEST_F(CheckpointFolder, IgnoresWhatACrashLeftBesideTheFile) {
  checkpoint_folder folder(path_);
  ASSERT_TRUE(folder.open());
  ASSERT_TRUE(folder.save(example()));
  std::ofstream(folder.file_of(example().stream, example().shard) + ".new") << "half";
  EXPECT_EQ(folder.load(example().stream).value().size(), 1U);
}

TEST_F(CheckpointFolder, GivesAStreamToOneAtATime) {
  checkpoint_folder second(path_);
  ASSERT_TRUE(second.open());
  {
    checkpoint_folder first(path_);
    ASSERT_TRUE(first.open());
    EXPECT_TRUE(first.lock("a").value());
    EXPECT_FALSE(second.lock("a").value());
    EXPECT_TRUE(second.lock("b").value());
  }
  EXPECT_TRUE(second.lock("a").value());
}

TEST_F(CheckpointFolder, SaysWhyItCannotBeMade) {
  std::ofstream(path_ + "/file") << "x";
  checkpoint_folder folder(path_ + "/file/folder");
  const auto opened = folder.open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find(path_ + "/file/folder"), std::string::npos);
}

}  // namespace
}  // namespace tidewire::relay
