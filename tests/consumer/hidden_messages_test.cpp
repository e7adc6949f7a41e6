#include "consumer/hidden_messages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::consumer {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t all = 1000;

hidden_messages::time_point at(seconds time) {
  return hidden_messages::time_point(time);
}

std::vector<std::string> handles(const std::vector<hiding>& taken) {
  std::vector<std::string> names;
  for (const auto& one : taken) names.push_back(one.handle);
  return names;
}

TEST(HiddenMessages, AreDueWhenHalfOfTheirTimeIsOver) {
  hidden_messages messages(seconds(30));
  EXPECT_FALSE(messages.next());
  messages.add("a", at(seconds(0)));
  messages.add("b", at(seconds(5)));
  EXPECT_EQ(messages.next(), at(seconds(15)));
  EXPECT_TRUE(messages.take_due(at(seconds(14)), all).empty());
  EXPECT_EQ(handles(messages.take_due(at(seconds(15)), all)), std::vector<std::string>{"a"});
  EXPECT_EQ(messages.next(), at(seconds(20)));
}

TEST(HiddenMessages, AreHiddenForAsLongAsTheyWereHeldAndTheVisibilityMore) {
  hidden_messages messages(seconds(30));
  messages.add("a", at(seconds(0)));
  seconds now{0};
  std::vector<seconds> times;
  for (int i = 0; i < 4; ++i) {
    now = std::chrono::ceil<seconds>(messages.next()->time_since_epoch());
    const auto taken = messages.take_due(at(now), all);
    ASSERT_EQ(taken.size(), 1U);
    messages.hidden(taken[0], at(now));
    times.push_back(taken[0].time);
  }
  EXPECT_EQ(times, (std::vector<seconds>{seconds(45), seconds(68), seconds(102), seconds(153)}));
}

TEST(HiddenMessages, ThatCouldNotBeHiddenAreTriedAgainBeforeTheyAppear) {
  hidden_messages messages(seconds(40));
  messages.add("a", at(seconds(0)));
  EXPECT_EQ(messages.take_due(at(seconds(20)), all).size(), 1U);
  EXPECT_EQ(messages.next(), at(seconds(30)));
  EXPECT_EQ(messages.take_due(at(seconds(30)), all).size(), 1U);
}

TEST(HiddenMessages, ThatAreDealtWithAreDueNoMore) {
  hidden_messages messages(seconds(30));
  messages.add("a", at(seconds(0)));
  messages.add("b", at(seconds(0)));
  auto taken = messages.take_due(at(seconds(15)), all);
  ASSERT_EQ(taken.size(), 2U);
  messages.remove("a");
  messages.remove("a");
  for (const auto& one : taken) messages.hidden(one, at(seconds(15)));
  EXPECT_EQ(messages.count(), 1U);
  EXPECT_EQ(handles(messages.take_due(at(seconds(1000)), all)), std::vector<std::string>{"b"});
}

TEST(HiddenMessages, AreTakenAFewAtATimeTheEarliestFirst) {
  hidden_messages messages(seconds(30));
  for (int i = 0; i < 5; ++i) messages.add(std::to_string(i), at(seconds(10 - i)));
  EXPECT_EQ(handles(messages.take_due(at(seconds(60)), 2)), (std::vector<std::string>{"4", "3"}));
  EXPECT_EQ(handles(messages.take_due(at(seconds(60)), all)),
            (std::vector<std::string>{"2", "1", "0"}));
}

TEST(HiddenMessages, AreNeverHiddenPastTheTwelveHoursOfSqs) {
  hidden_messages messages(hours(5));
  messages.add("a", at(seconds(0)));
  auto taken = messages.take_due(at(hours(5)), all);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].time, hours(7));
  messages.hidden(taken[0], at(hours(5)));
  EXPECT_TRUE(messages.take_due(at(hours(12)), all).empty());
  EXPECT_EQ(messages.count(), 0U);
}

}  // namespace
}  // namespace tidewire::consumer
