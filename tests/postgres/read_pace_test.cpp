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
      said = pace_.pause(now_, false);
    }
    return said;
  }
  static constexpr std::size_t bytes_each = 100;

  read_pace pace_{
      {.rest = 300us, .watched = 200us, .messages_per_ms_min = 25, .messages_in_rest_min = 2}};
  read_pace::clock::time_point now_{1h};
};

TEST_F(ReadPace, WaitsForTheFirstMessage) {
  EXPECT_EQ(pace_.pause(now_, false), 0us);
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
  EXPECT_EQ(pace_.pause(now_, false), 300us);
}

TEST_F(ReadPace, TheFirstChangesOfABurstAfterALongSilenceAreNotKeptWaiting) {
  EXPECT_EQ(look_after_each(19, 10us), 0us);
}

TEST_F(ReadPace, ItRestsOnceAtMostWhenTheFloodIsOver) {
  EXPECT_EQ(look_after_each(100, 10us), 300us);
  now_ += 300us;
  EXPECT_EQ(pace_.pause(now_, false), 0us);
}

/// Of a backlog whose reader's socket is full with a hundred messages.
class ReadPaceBehind : public testing::Test {
 protected:
  /// Messages that come until then; what the reader is told when it has looked at them.
  microseconds after(int count, microseconds later, bool behind = true) {
    now_ += later;
    for (int i = 0; i < count; ++i) pace_.message(100);
    return pace_.pause(now_, behind);
  }

  static constexpr read_pace::options how{.rest = 300us,
                                          .watched = 200us,
                                          .messages_per_ms_min = 10,
                                          .messages_in_rest_min = 2,
                                          .patience = 10ms,
                                          .full_bytes = 10'000,
                                          .rest_to_fill = 4ms,
                                          .rest_per_message_min = 2us,
                                          .rest_per_message_max = 4us};
  read_pace pace_{how};
  read_pace::clock::time_point now_{1h};
};

TEST_F(ReadPaceBehind, RestsUntilTheSocketIsFull) {
  for (const int count : {1, 50, 99}) {
    EXPECT_EQ(after(count, 1ms), 4ms);
  }
}

TEST_F(ReadPaceBehind, RestsForEachMessageOfAFullSocket) {
  for (const int count : {100, 150}) {
    EXPECT_EQ(after(count, 400us), count * 2us);
  }
  EXPECT_EQ(after(60, 400us), 4ms) << "emptied: until it is full again";
}

TEST_F(ReadPaceBehind, RestsLongerForAServerThatDidNotFillTheSocketAgain) {
  EXPECT_EQ(after(100, 400us), 200us);
  after(50, 400us);
  EXPECT_EQ(after(100, 4ms), 250us);
  for (int i = 0; i < 100; ++i) {
    after(50, 400us);
    after(100, 4ms);
  }
  EXPECT_EQ(after(100, 400us), 393us) << "no more than 4 us, of which it gives back a little";
  for (int i = 0; i < 100; ++i) after(100, 400us);
  EXPECT_EQ(after(100, 400us), 200us);
}

TEST_F(ReadPaceBehind, NeverRestsForLongerThanItTakesToFill) {
  EXPECT_EQ(after(100'000, 4ms), 4ms);
}

TEST_F(ReadPaceBehind, GoesOnRestingWhileTheServerIsSilentForALittle) {
  after(1, 1ms);
  EXPECT_EQ(after(0, 4ms), 4ms);
  EXPECT_EQ(after(0, 4ms), 4ms);
  EXPECT_EQ(after(0, 4ms), 0us);
  EXPECT_EQ(after(1, 1h), 4ms);
}

TEST_F(ReadPaceBehind, RestsAsUsualWhereTheSocketHoldsAnyNumber) {
  auto any = how;
  any.full_bytes = 0;
  pace_ = read_pace(any);
  for (const int count : {100, 1, 0}) {
    EXPECT_EQ(after(count, 1ms), 300us);
  }
}

TEST_F(ReadPaceBehind, WaitsAgainWhenItHasCaughtUp) {
  after(100, 1ms);
  EXPECT_EQ(after(100, 1ms, false), 300us);
  EXPECT_EQ(after(1, 300us, false), 0us);
}

}  // namespace
}  // namespace tidewire::postgres
