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
      pace_.message(bytes_each);
      said = pace_.pause(now_);
    }
    return said;
  }
  static constexpr std::size_t bytes_each = 100;

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
  pace_.message(bytes_each);
  pace_.message(bytes_each);  // fewer than it takes to begin to rest
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

/// Of a stream whose socket is full with a hundred messages.
class ReadPaceInAFlood : public testing::Test {
 protected:
  ReadPaceInAFlood() { EXPECT_EQ(after(50, 1ms), 300us); }

  /// Messages that come until then; what the reader is told when it has looked at them.
  microseconds after(int count, microseconds later) {
    now_ += later;
    for (int i = 0; i < count; ++i) pace_.message(100);
    return pace_.pause(now_);
  }

 private:
  read_pace pace_{{.rest = 300us,
                   .watched = 200us,
                   .messages_per_ms_min = 10,
                   .messages_in_rest_min = 2,
                   .full_bytes = 10'000,
                   .flood_messages_per_ms_min = 50,
                   .flood_rests = 2,
                   .rest_to_fill = 4ms,
                   .rest_per_message = 2us}};
  read_pace::clock::time_point now_{};
};

TEST_F(ReadPaceInAFlood, RestsUntilTheSocketIsFull) {
  EXPECT_EQ(after(50, 1ms), 300us);
  EXPECT_EQ(after(50, 1ms), 4ms);
  EXPECT_EQ(after(99, 1ms), 4ms);
}

TEST_F(ReadPaceInAFlood, TakesABurstForNone) {
  EXPECT_EQ(after(50, 300us), 300us);
  EXPECT_EQ(after(5, 300us), 300us);
  EXPECT_EQ(after(50, 300us), 300us);
}

TEST_F(ReadPaceInAFlood, RestsForEachMessageOfAFullSocket) {
  EXPECT_EQ(after(100, 4ms), 200us);
  EXPECT_EQ(after(150, 400us), 300us);
  EXPECT_EQ(after(60, 400us), 4ms);  // emptied: until it is full again
}

TEST_F(ReadPaceInAFlood, NeverRestsForLongerThanItTakesToFill) {
  EXPECT_EQ(after(100'000, 4ms), 4ms);
}

TEST_F(ReadPaceInAFlood, RestsAsUsualWhenThereIsNone) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(after(20, 1ms), 300us);
  EXPECT_EQ(after(1, 300us), 0us);
}

}  // namespace
}  // namespace tidewire::postgres
