#include "postgres/spill_file.hpp"

#include "postgres/errc.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace tidewire::postgres {
namespace {

namespace fs = std::filesystem;

class SpillFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "tidewire-spill-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  spill_file::options options(std::uint64_t bytes_max = 1024) const {
    return {.folder = folder_.string(), .block_bytes = 64, .bytes_max = bytes_max};
  }

  /// The file has no name: found among what the process has open.
  static std::string open_file_in(const fs::path& folder) {
    for (const auto& link : fs::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const auto target = fs::read_symlink(link.path(), gone);
      if (!gone && target.string().starts_with(folder.string())) return link.path().string();
    }
    return {};
  }

  fs::path folder_;
};

TEST_F(SpillFile, GivesBackWhatWasPut) {
  spill_file file(options());
  const auto first = file.put("the first block").value(), second = file.put("and another").value();
  byte_buffer out;
  EXPECT_FALSE(file.get(second, out));
  EXPECT_FALSE(file.get(first, out));
  EXPECT_EQ(out.view(), "and anotherthe first block");
}

TEST_F(SpillFile, LeavesNothingInItsFolderAndLetsNobodyElseIn) {
  spill_file file(options());
  ASSERT_TRUE(file.put("secret"));
  EXPECT_TRUE(fs::is_empty(folder_));
  struct stat about{};
  ASSERT_EQ(::stat(open_file_in(folder_).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(SpillFile, IsNotMadeBeforeItIsNeeded) {
  const spill_file file(options());
  EXPECT_EQ(open_file_in(folder_), "");
}

TEST_F(SpillFile, RefusesMoreThanItsLimitAndUsesRoomAgain) {
  spill_file file(options(128));
  const auto first = file.put("1").value();
  ASSERT_TRUE(file.put("2"));
  EXPECT_EQ(file.put("3").error(), errc::spill_full);
  EXPECT_EQ(file.bytes_used(), 128U);
  file.release(first);
  EXPECT_EQ(file.bytes_used(), 64U);
  const auto third = file.put("3").value();
  byte_buffer out;
  EXPECT_FALSE(file.get(third, out));
  EXPECT_EQ(out.view(), "3");
}

TEST_F(SpillFile, GivesTheRoomBackWithTheLastBlock) {
  spill_file file(options());
  const auto one = file.put("1").value(), two = file.put("2").value();
  const std::string path = open_file_in(folder_);
  file.release(one);
  EXPECT_GT(fs::file_size(path), 0U);
  file.release(two);
  EXPECT_EQ(fs::file_size(path), 0U);
  EXPECT_EQ(file.bytes_used(), 0U);
}

TEST_F(SpillFile, NoticesBytesThatChanged) {
  spill_file file(options());
  const auto block = file.put("what was written").value();
  const int other = ::open(open_file_in(folder_).c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(other, 0);
  ASSERT_EQ(::pwrite(other, "W", 1, 0), 1);
  byte_buffer out;
  out.append("before");
  EXPECT_EQ(file.get(block, out), errc::spill_damaged);
  ASSERT_EQ(::ftruncate(other, 3), 0);
  EXPECT_EQ(file.get(block, out), errc::spill_damaged);
  EXPECT_EQ(out.view(), "before");
  ::close(other);
}

TEST_F(SpillFile, MakesItsFolder) {
  spill_file file({.folder = (folder_ / "a" / "b").string(), .block_bytes = 64, .bytes_max = 640});
  EXPECT_TRUE(file.put("x"));
}

TEST_F(SpillFile, SaysWhatTheSystemSays) {
  spill_file file({.folder = "/proc/none", .block_bytes = 64, .bytes_max = 640});
  EXPECT_EQ(file.put("x").error(), boost::system::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace tidewire::postgres
