#include "consumer/seen_events.hpp"

#include <gtest/gtest.h>

namespace tidewire::consumer {
namespace {

TEST(SeenEvents, TellsWhatComesAgain) {
  seen_events seen(10);
  EXPECT_FALSE(seen.add("a"));
  EXPECT_FALSE(seen.add("b"));
  EXPECT_TRUE(seen.add("a"));
  EXPECT_TRUE(seen.add("b"));
}

TEST(SeenEvents, ForgetsTheOldest) {
  seen_events seen(2);
  for (const char* one : {"a", "b", "c"}) EXPECT_FALSE(seen.add(one));
  EXPECT_TRUE(seen.add("b"));
  EXPECT_TRUE(seen.add("c"));
  EXPECT_FALSE(seen.add("a"));
}

TEST(SeenEvents, WhatHasNoIdentityNeverComesAgain) {
  seen_events seen(10);
  EXPECT_FALSE(seen.add(""));
  EXPECT_FALSE(seen.add(""));
  seen_events none(0);
  EXPECT_FALSE(none.add("a"));
  EXPECT_FALSE(none.add("a"));
}

}  // namespace
}  // namespace tidewire::consumer
