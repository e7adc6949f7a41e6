#include "sinks/condition.hpp"

#include <gtest/gtest.h>

namespace tidewire::sinks {
namespace {

using namespace std::chrono_literals;
const condition::time_point start{};

TEST(Condition, SaysAFailureOnceAndItsEndOnce) {
  condition c;
  EXPECT_FALSE(c.worked(start, "stream"));
  const auto news = c.failed(start, "stream", "ResourceNotFoundException: no such stream", true);
  ASSERT_TRUE(news);
  EXPECT_NE(news->find("ResourceNotFoundException: no such stream"), std::string::npos);
  EXPECT_FALSE(c.failed(start + 1s, "stream", "ResourceNotFoundException: no such stream", true));
  EXPECT_EQ(c.failures_in_a_row(), 2U);
  const auto well = c.worked(start + 2s, "stream");
  ASSERT_TRUE(well);
  EXPECT_EQ(*well, "stream works again after 2.0 s and 2 failed requests");
  EXPECT_FALSE(c.worked(start + 3s, "stream"));
}

TEST(Condition, SaysAnotherReason) {
  condition c;
  c.failed(start, "stream", "ResourceNotFoundException: no such stream", true);
  EXPECT_TRUE(c.failed(start, "stream", "AccessDeniedException: no", true));
  EXPECT_EQ(c.trouble(), "stream takes nothing: AccessDeniedException: no; retrying until it does");
}

TEST(Condition, PartialFailuresDoNotFlutter) {
  condition c;
  EXPECT_TRUE(c.failed(start, "stream", "Throttled", false));
  EXPECT_FALSE(c.worked(start + 1s, "stream"));
  EXPECT_FALSE(c.failed(start + 2s, "stream", "Throttled", false));
  EXPECT_FALSE(c.worked(start + 3s, "stream"));
  EXPECT_TRUE(c.worked(start + 8s, "stream"));
  EXPECT_EQ(c.failures_in_a_row(), 0U);
}

TEST(Condition, ASecondOutageSoonAfterTheFirstNeedsAQuietWhileToEnd) {
  condition c;
  c.failed(start, "stream", "InternalFailure", true);
  EXPECT_TRUE(c.worked(start + 1s, "stream"));
  EXPECT_TRUE(c.failed(start + 2s, "stream", "InternalFailure", true));
  EXPECT_FALSE(c.worked(start + 3s, "stream"));
  EXPECT_TRUE(c.worked(start + 8s, "stream"));
}

}  // namespace
}  // namespace tidewire::sinks
