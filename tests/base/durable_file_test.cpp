#include "base/durable_file.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tidewire {
namespace {

namespace fs = std::filesystem;

class DurableFile : public testing::Test {
 protected:
  DurableFile() {
    std::string name = (fs::temp_directory_path() / "tidewire-durable-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~DurableFile() override { fs::remove_all(path_); }

  static std::string content(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string path_;
};

TEST_F(DurableFile, IsReplacedAsAWhole) {
  const auto file = path_ + "/f";
  EXPECT_EQ(replace_file(file, "a longer first content"), 0);
  EXPECT_EQ(replace_file(file, "second"), 0);
  EXPECT_EQ(content(file), "second");
  EXPECT_FALSE(fs::exists(file + ".new"));
}

TEST_F(DurableFile, GrowsByLinesEvenAfterHalfALine) {
  const auto file = path_ + "/f";
  EXPECT_EQ(append_line(file, "one"), 0);
  std::ofstream(file, std::ios::app) << "hal";
  EXPECT_EQ(append_line(file, "two"), 0);
  EXPECT_EQ(content(file), "one\nhal\ntwo\n");
}

TEST_F(DurableFile, StaysAsItWasWhenTheDiskIsFull) {
  const auto file = path_ + "/f";
  EXPECT_EQ(replace_file(file, "first"), 0);
  fs::create_symlink("/dev/full", file + ".new");
  EXPECT_EQ(replace_file(file, "second"), ENOSPC);
  EXPECT_EQ(content(file), "first");
  EXPECT_FALSE(fs::exists(fs::symlink_status(file + ".new")));
  EXPECT_EQ(replace_file(file, "third"), 0);
  EXPECT_EQ(content(file), "third");
}

TEST_F(DurableFile, SaysWhyItCannotBeWritten) {
  EXPECT_EQ(replace_file(path_ + "/none/f", "x"), ENOENT);
  EXPECT_EQ(append_line(path_ + "/none/f", "x"), ENOENT);
}

TEST(FileSafe, LeavesOrdinaryNamesAndEscapesTheRest) {
  EXPECT_EQ(file_safe("kinesis.inventory.products_1-a"), "kinesis.inventory.products_1-a");
  EXPECT_EQ(file_safe("a/b@c"), "a%2Fb%40c");
  EXPECT_EQ(file_safe("\xC3\xA9"), "%C3%A9");
}

}  // namespace
}  // namespace tidewire
