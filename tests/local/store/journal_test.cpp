#include "local/store/journal.hpp"

#include "base/startup_error.hpp"
#include "local/store/journal_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace tidewire::local {
namespace {

using testing::ElementsAre;

class Journal : public journal_folder {
 protected:
  std::vector<std::string> entries() {
    std::vector<std::string> out;
    journal again(folder / "j", [&](char kind, std::string_view payload) {
      out.push_back(kind + std::string(payload));
    });
    return out;
  }
  void write(const std::string& bytes) { std::ofstream(folder / "j", std::ios::binary) << bytes; }
  std::string bytes() {
    std::ifstream in(folder / "j", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
};

TEST_F(Journal, GivesBackWhatWasAppended) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "one");
    j.append('b', "");
    j.flush();
  }
  EXPECT_THAT(entries(), ElementsAre("aone", "b"));
}

TEST_F(Journal, CutsOffWhatAKillLeftHalfWritten) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "one");
    j.append('b', "two");
  }
  const std::string whole = bytes();
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    write(whole.substr(0, size));
    EXPECT_EQ(entries().size(), size / 12) << size;
  }
  write(whole.substr(0, 20));
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('c', "three");
  }
  EXPECT_THAT(entries(), ElementsAre("aone", "cthree"));
}

TEST_F(Journal, StopsAtADamagedEntry) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "one");
    j.append('b', "two");
  }
  std::string damaged = bytes();
  damaged[10] = 'X';
  write(damaged);
  EXPECT_TRUE(entries().empty());
}

TEST_F(Journal, ARewriteTakesThePlaceOfTheOld) {
  {
    journal j(folder / "j", [](char, std::string_view) {});
    j.append('a', "old");
    j.begin_rewrite();
    j.append('b', "new");
    j.end_rewrite();
    j.append('c', "later");
    EXPECT_TRUE(j.healthy());
  }
  EXPECT_THAT(entries(), ElementsAre("bnew", "clater"));
}

TEST_F(Journal, AFolderThatIsNotThereIsSaid) {
  EXPECT_THROW(journal(folder / "none" / "j", [](char, std::string_view) {}), startup_error);
}

}  // namespace
}  // namespace tidewire::local
