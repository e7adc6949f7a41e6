#include "consumer/allowance.hpp"

#include <gtest/gtest.h>

namespace tidewire::consumer {
namespace {

TEST(Allowance, WithoutALimitIsNeverUsedUp) {
  allowance all(std::nullopt);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(all.claim(10), 10);
    all.settle(10, 10);
  }
  EXPECT_FALSE(all.is_used_up());
}

TEST(Allowance, IsSharedByReceivesAtTheSameTime) {
  allowance all(15);
  EXPECT_EQ(all.claim(10), 10);
  EXPECT_EQ(all.claim(10), 5);
  EXPECT_EQ(all.claim(10), 0);
  EXPECT_FALSE(all.is_used_up()) << "what is claimed may come back";
  all.settle(10, 3);
  EXPECT_EQ(all.claim(10), 7);
  all.settle(7, 7);
  all.settle(5, 5);
  EXPECT_TRUE(all.is_used_up());
}

}  // namespace
}  // namespace tidewire::consumer
