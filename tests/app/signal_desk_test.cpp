#include "app/signal_desk.hpp"

#include "app/signal_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tidewire::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

signal_desk running() {
  signal_desk desk(postgres::table_name{"public", "signals"});
  desk.progress.add({{.table = {"public", "a"}, .condition = {}, .surrogate_key = {}}}, "s1");
  return desk;
}

TEST(SignalDesk, RemembersASnapshotWhenItsSignalIsDurableAndNotBefore) {
  auto desk = running();
  offsets to;
  desk.changed(/*must_last=*/true);
  EXPECT_FALSE(desk.settle(lsn{100}, to)) << "its transaction has not ended";
  desk.committed(lsn{200});
  EXPECT_FALSE(desk.settle(lsn{199}, to));
  EXPECT_EQ(to.incremental_snapshot, "");
  EXPECT_TRUE(desk.settle(lsn{200}, to));
  EXPECT_THAT(to.incremental_snapshot, HasSubstr("\"s1\""));
  EXPECT_FALSE(desk.settle(lsn{300}, to)) << "said once";
}

TEST(SignalDesk, ChunksThatWereSentNeedNotBeSavedAtOnce) {
  auto desk = running();
  offsets to;
  desk.changed(/*must_last=*/false);
  desk.committed(lsn{200});
  desk.committed(lsn{300});
  EXPECT_FALSE(desk.settle(lsn{300}, to));
  EXPECT_THAT(to.incremental_snapshot, HasSubstr("\"s1\""));
}

TEST(SignalDesk, ForgetsASnapshotThatWasStopped) {
  auto desk = running();
  offsets to;
  desk.settle_all(to);
  EXPECT_THAT(to.incremental_snapshot, HasSubstr("\"s1\""));
  desk.progress.stop();
  desk.settle_all(to);
  EXPECT_EQ(to.incremental_snapshot, "");
}

TEST(SignalDesk, KnowsASignalAgainUntilItsTransactionEnds) {
  auto desk = running();
  desk.obeyed(lsn{5});
  EXPECT_TRUE(desk.was_obeyed(lsn{5}));
  EXPECT_FALSE(desk.was_obeyed(lsn{6}));
  desk.committed(lsn{9});
  EXPECT_FALSE(desk.was_obeyed(lsn{5}));
}

TEST(SignalDesk, IdsOfOnePlaceCountOn) {
  auto desk = running();
  desk.at = lsn{800};
  auto ids = desk.next_ids();
  EXPECT_EQ(ids.commit, lsn{799});
  EXPECT_EQ(ids.ordinal, 0U);
  ids.ordinal += 3;
  desk.used_ids(ids);
  EXPECT_EQ(desk.next_ids().ordinal, 3U);
  desk.at = lsn{900};
  EXPECT_EQ(desk.next_ids().ordinal, 0U);
}

class SignalFile : public ::testing::Test {
 protected:
  ~SignalFile() override { std::filesystem::remove(path_); }
  void append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }

  const std::string path_ =
      std::filesystem::temp_directory_path() / ("tidewire-signals-" + std::to_string(::getpid()));
};

TEST_F(SignalFile, HasNoLinesWhereThereIsNone) {
  EXPECT_THAT(read_signal_lines(path_).lines, IsEmpty());
  EXPECT_EQ(read_signal_lines(path_).bytes, 0U);
}

TEST_F(SignalFile, LosesTheLinesThatWereObeyedAndNotThoseThatCameMeanwhile) {
  append("{\"id\":1}\n\n  \nsecond");
  const auto found = read_signal_lines(path_);
  EXPECT_THAT(found.lines, ElementsAre("{\"id\":1}", "second"));
  append("\nthird\n");
  EXPECT_EQ(remove_signal_lines(path_, found.bytes), "");
  EXPECT_THAT(read_signal_lines(path_).lines, ElementsAre("third"));
}

TEST_F(SignalFile, ThatIsAFolderIsNone) {
  EXPECT_THAT(read_signal_lines("/").lines, IsEmpty());
}

}  // namespace
}  // namespace tidewire::app
