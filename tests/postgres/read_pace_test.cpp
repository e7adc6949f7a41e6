#include "postgres/read_pace.hpp"

#include <gtest/gtest.h>

namespace tidewire::postgres {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

class ReadPace : public testing::Test {
 protected:
  /// Messages that come evenly, the reader looking after each until it is told to rest; what it is
  /// told last.
  microseconds look_after_each(int count, microseconds apart) {
    microseconds said{0};
    for (int i = 0; i < count && said == 0us; ++i) {
      now_ += apart;
      pace_.message();
      said = pace_.pause(now_);
    }
    return said;
  }
  read_pace pace_{
      {.rest = 300us, .watched = 200us, .messages_per_ms_min = 25, .messages_in_rest_min = 2}};
  read_pace::clock::time_point now_{1h};
};

TEST_F(ReadPace, WaitsForTheFirstMessage) {
  EXPECT_EQ(pace_.pause(now_), 0us);
  EXPECT_EQ(look_after_each(1, 1s), 0us);
}

TEST_F(ReadPace, WaitsForMessagesThatComeSlowly) {
  EXPECT_EQ(look_after_each(1000, 100us), 0us);
}

TEST_F(ReadPace, RestsWhileMessagesComeQuickly) {
  EXPECT_EQ(look_after_each(100, 10us), 300us);
  now_ += 300us;
  pace_.message();
  pace_.message();  // fewer than it takes to begin to rest
  EXPECT_EQ(pace_.pause(now_), 300us);
}

TEST_F(ReadPace, TheFirstChangesOfABurstAfterALongSilenceAreNotKeptWaiting) {
  EXPECT_EQ(look_after_each(19, 10us), 0us);
}

TEST_F(ReadPace, ItRestsOnceAtMostWhenTheFloodIsOver) {
  EXPECT_EQ(look_after_each(100, 10us), 300us);
  now_ += 300us;
  EXPECT_EQ(pace_.pause(now_), 0us);
}

}  // namespace
}  // namespace tidewire::postgres
