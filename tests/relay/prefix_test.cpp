#include "relay/prefix.hpp"

#include <gtest/gtest.h>

namespace tidewire::relay {
namespace {

position at(const char* number) {
  return {number, std::nullopt};
}

TEST(Prefix, HasNoEndBeforeTheFirstRecordIsFinished) {
  prefix done;
  EXPECT_FALSE(done.end());
  const auto first = done.read(at("1"));
  EXPECT_FALSE(done.end());
  done.finished(first);
  EXPECT_EQ(done.end(), at("1"));
}

TEST(Prefix, MovesOnlyOverTheGapFreeRun) {
  prefix done;
  const auto first = done.read(at("1"));
  const auto second = done.read(at("2"));
  const auto third = done.read(at("3"));
  done.finished(third);
  done.finished(second);
  EXPECT_FALSE(done.end());
  EXPECT_EQ(done.passed(), 0U);
  EXPECT_EQ(done.unfinished_span(), 3U);
  done.finished(first);
  EXPECT_EQ(done.end(), at("3"));
  EXPECT_EQ(done.passed(), 3U);
  EXPECT_EQ(done.unfinished_span(), 0U);
}

TEST(Prefix, KnowsWhenTheFirstOfThoseThatWaitArrived) {
  prefix done;
  EXPECT_FALSE(done.oldest_ms());
  const auto first = done.read(at("1"), 100);
  const auto second = done.read(at("2"), 200);
  done.finished(second);
  EXPECT_EQ(done.oldest_ms(), 100);
  done.finished(first);
  EXPECT_FALSE(done.oldest_ms());
}

TEST(Prefix, RemembersWhereAnUnfinishedRecordWasRead) {
  prefix done;
  done.finished(done.read(at("1")));
  const auto second = done.read({"2", 7});
  EXPECT_EQ(done.at(second), (position{"2", 7}));
  EXPECT_EQ(done.end(), at("1"));
}

}  // namespace
}  // namespace tidewire::relay
