#include "app/offsets_lock.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tidewire::app {
namespace {

namespace fs = std::filesystem;
using kind = file_lock::kind;

class OffsetsLock : public testing::Test {
 protected:
  OffsetsLock() {
    std::string name = (fs::temp_directory_path() / "tidewire-lock-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~OffsetsLock() override { fs::remove_all(folder_); }

  std::string folder_;
};

TEST_F(OffsetsLock, IsSharedByEnginesAndKeepsAnImportAway) {
  const std::string file = folder_ + "/new folder/offsets";
  const auto engine = lock_offsets(file, kind::shared);
  EXPECT_TRUE(engine.has_value());
  EXPECT_TRUE(lock_offsets(file, kind::shared).has_value());
  EXPECT_FALSE(lock_offsets(file, kind::alone).has_value());
  EXPECT_FALSE(fs::exists(file)) << "the lock is a file beside it";
}

TEST_F(OffsetsLock, AnImportKeepsEnginesAway) {
  const auto import = lock_offsets(folder_ + "/offsets", kind::alone);
  EXPECT_TRUE(import.has_value());
  EXPECT_FALSE(lock_offsets(folder_ + "/offsets", kind::shared).has_value());
}

TEST_F(OffsetsLock, IsOfNothingWhereThereCanBeNone) {
  fs::create_directories(folder_ + "/offsets.lock");
  const auto first = lock_offsets(folder_ + "/offsets", kind::alone);
  EXPECT_TRUE(first.has_value());
  EXPECT_TRUE(lock_offsets(folder_ + "/offsets", kind::alone).has_value());
}

}  // namespace
}  // namespace tidewire::app
