#include "relay/pace.hpp"

#include <gtest/gtest.h>

namespace tidewire::relay {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr pace::clock::time_point start{};

TEST(Pace, AsksAtOnceWhileDataFlow) {
  pace p({});
  EXPECT_EQ(p.after_page(10, 1000, start), milliseconds(0));
}

TEST(Pace, WaitsLongerWithEachEmptyPageUpToASecond) {
  pace p({});
  EXPECT_EQ(p.after_page(0, 0, start), milliseconds(200));
  auto last = milliseconds(200);
  for (int i = 0; i < 20; ++i) {
    const auto wait = p.after_page(0, 0, start);
    EXPECT_GE(wait, last);
    last = wait;
  }
  EXPECT_EQ(last, milliseconds(1000));
  p.after_page(1, 10, start);
  EXPECT_EQ(p.after_page(0, 0, start), milliseconds(200));
}

TEST(Pace, KeepsToFiveCallsASecondForAWhileAfterItWasThrottled) {
  pace p({});
  EXPECT_EQ(p.after_throttling(start), milliseconds(1000));
  EXPECT_EQ(p.after_page(10, 1000, start + seconds(1)), milliseconds(220));
  EXPECT_EQ(p.after_page(10, 1000, start + seconds(61)), milliseconds(0));
}

TEST(Pace, AsksForAsManyRecordsAsFillAPage) {
  pace p({.page_bytes = 1'000'000});
  EXPECT_EQ(p.page_limit(), 500);
  p.after_page(100, 300'000, start);
  EXPECT_EQ(p.page_limit(), 333);
  p.after_page(100, 100, start);
  EXPECT_EQ(p.page_limit(), pace::records_max);
  p.after_page(1, 5'000'000, start);
  EXPECT_EQ(p.page_limit(), 1);
  p.after_page(0, 0, start);
  EXPECT_EQ(p.page_limit(), 1);
}

}  // namespace
}  // namespace tidewire::relay
