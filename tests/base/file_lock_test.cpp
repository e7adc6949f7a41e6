#include "base/file_lock.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

namespace tidewire {
namespace {

namespace fs = std::filesystem;
using kind = file_lock::kind;

class FileLock : public testing::Test {
 protected:
  FileLock() {
    std::string name = (fs::temp_directory_path() / "tidewire-lock-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/lock";
  }
  ~FileLock() override { fs::remove_all(folder_); }

  bool is_free(kind how = kind::alone) const {
    const auto taken = file_lock::take(path_, how);
    if (!taken) {
      EXPECT_EQ(taken.error(), boost::system::errc::operation_would_block);
    }
    return taken.has_value();
  }

  std::string folder_;
  std::string path_;
};

TEST_F(FileLock, IsOfOneAtATime) {
  {
    const auto first = file_lock::take(path_);
    ASSERT_TRUE(first);
    EXPECT_FALSE(is_free());
    EXPECT_FALSE(is_free(kind::shared));
  }
  EXPECT_TRUE(is_free());
}

TEST_F(FileLock, IsOfSeveralWhoShareIt) {
  const auto first = file_lock::take(path_, kind::shared);
  ASSERT_TRUE(first);
  EXPECT_TRUE(is_free(kind::shared));
  EXPECT_FALSE(is_free());
}

TEST_F(FileLock, MovesToWhoeverIsToHoldIt) {
  file_lock holder;
  EXPECT_TRUE(is_free());
  {
    auto taken = file_lock::take(path_);
    ASSERT_TRUE(taken);
    holder = std::move(*taken);
  }
  EXPECT_FALSE(is_free());
  holder = file_lock{};
  EXPECT_TRUE(is_free());
}

TEST_F(FileLock, SaysWhyThereCanBeNone) {
  const auto lock = file_lock::take(folder_ + "/no/lock");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error(), boost::system::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace tidewire
