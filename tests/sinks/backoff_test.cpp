#include "sinks/backoff.hpp"

#include <gtest/gtest.h>

namespace tidewire::sinks {
namespace {

using namespace std::chrono_literals;

constexpr double most = 0.999999;

TEST(Backoff, BeginsSmallAndDoubles) {
  EXPECT_EQ(backoff({.what = fate::again}, 1, most), 50ms);
  EXPECT_EQ(backoff({.what = fate::again}, 2, most), 100ms);
  EXPECT_EQ(backoff({.what = fate::again}, 3, most), 200ms);
}

TEST(Backoff, IsLongerWhenThrottled) {
  EXPECT_EQ(backoff({.what = fate::slow_down}, 1, most), 200ms);
}

TEST(Backoff, IsSpreadFromZeroOn) {
  EXPECT_EQ(backoff({.what = fate::again}, 9, 0), 0ms);
  EXPECT_EQ(backoff({.what = fate::again}, 3, 0.5), 100ms);
}

TEST(Backoff, StaysUnderASecondAtFirstAndUnderTwentyForEver) {
  for (unsigned failures = 1; failures <= 10; ++failures)
    EXPECT_LE(backoff({.what = fate::slow_down}, failures, most), 1s);
  EXPECT_LE(backoff({.what = fate::again}, 20, most), 5s);
  EXPECT_LE(backoff({.what = fate::again}, 4'000'000'000U, most), 20s);
}

TEST(Backoff, HonoursTheServicesWishWithinReason) {
  EXPECT_EQ(backoff({.what = fate::again, .retry_after = 700ms}, 1, 0), 700ms);
  EXPECT_EQ(backoff({.what = fate::again, .retry_after = 1h}, 1, 0), 5s);
}

}  // namespace
}  // namespace tidewire::sinks
