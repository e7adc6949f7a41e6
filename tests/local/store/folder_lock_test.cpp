#include "local/store/folder_lock.hpp"

#include "base/startup_error.hpp"
#include "local/store/journal_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tidewire::local {
namespace {

class FolderLock : public journal_folder {
 protected:
  std::string refusal() const {
    try {
      const file_lock second = lock_folder(folder);
      return "taken";
    } catch (const startup_error& error) {
      return error.what();
    }
  }
};

TEST_F(FolderLock, OneAtATimeHasAFolder) {
  {
    const file_lock first = lock_folder(folder);
    EXPECT_EQ(refusal(),
              "another local AWS keeps its data in " + folder.string() +
                  ": stop it, or name another folder (--data)");
  }
  EXPECT_EQ(refusal(), "taken");
}

TEST_F(FolderLock, AFolderInWhichNoneCanBeMadeIsTold) {
  std::filesystem::create_directory(folder / "lock");
  EXPECT_THAT(refusal(), testing::StartsWith("cannot lock " + (folder / "lock").string()));
}

}  // namespace
}  // namespace tidewire::local
