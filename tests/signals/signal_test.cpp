#include "signals/signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::signals {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

request read_data(std::string type, std::string data) {
  return read({.id = "s1", .type = std::move(type), .data = std::move(data)});
}

start_snapshot started(std::string data) {
  const auto asked = read_data("execute-snapshot", std::move(data));
  const auto* const start = std::get_if<start_snapshot>(&asked);
  EXPECT_NE(start, nullptr);
  return start == nullptr ? start_snapshot{} : *start;
}

std::string why_ignored(const request& asked) {
  const auto* const it = std::get_if<ignored>(&asked);
  return it == nullptr ? "obeyed" : it->why;
}

TEST(Signal, StartsAnIncrementalSnapshotWhereNoTypeIsSaid) {
  const auto asked = started(R"({"data-collections": [" public.a ", "public.b"]})");
  EXPECT_FALSE(asked.blocking);
  EXPECT_THAT(asked.tables, ElementsAre("public.a", "public.b"));
  EXPECT_THAT(asked.conditions, IsEmpty());
  EXPECT_EQ(asked.surrogate_key, "");
}

TEST(Signal, ReadsTheTypeInAnyCase) {
  EXPECT_TRUE(started(R"({"data-collections": ["a"], "type": "Blocking"})").blocking);
  EXPECT_FALSE(started(R"({"data-collections": ["a"], "type": "INCREMENTAL"})").blocking);
  EXPECT_THAT(
      why_ignored(read_data("execute-snapshot", R"({"data-collections": ["a"], "type": "full"})")),
      HasSubstr("type"));
}

TEST(Signal, ReadsConditionsAndASurrogateKey) {
  const auto asked = started(
      R"({"data-collections": ["public.a"], "surrogate-key": "v",
          "additional-conditions": [{"data-collection": "public.a", "filter": "id > 3"}]})");
  ASSERT_EQ(asked.conditions.size(), 1U);
  EXPECT_EQ(asked.conditions[0].tables, "public.a");
  EXPECT_EQ(asked.conditions[0].filter, "id > 3");
  EXPECT_EQ(asked.surrogate_key, "v");
}

TEST(Signal, TakesTheOldConditionForEveryTableOfAnIncrementalSnapshot) {
  const auto asked =
      started(R"({"data-collections": ["public.a"], "additional-condition": "id > 3"})");
  ASSERT_EQ(asked.conditions.size(), 1U);
  EXPECT_EQ(asked.conditions[0].tables, ".*");
  EXPECT_THAT(started(R"({"data-collections": ["a"], "type": "blocking",
                          "additional-condition": "id > 3"})")
                  .conditions,
              IsEmpty());
}

TEST(Signal, OfNoTableStartsNothingButStopsEverything) {
  EXPECT_THAT(why_ignored(read_data("execute-snapshot", R"({"data-collections": []})")),
              HasSubstr("data-collections"));
  const auto asked = read_data("stop-snapshot", R"({"type": "incremental"})");
  ASSERT_TRUE(std::holds_alternative<stop_snapshot>(asked));
  EXPECT_THAT(std::get<stop_snapshot>(asked).tables, IsEmpty());
  EXPECT_THAT(why_ignored(read_data("stop-snapshot", R"({"type": "blocking"})")),
              HasSubstr("incremental"));
}

TEST(Signal, KnowsTheOtherTypes) {
  EXPECT_TRUE(std::holds_alternative<pause_snapshot>(read_data("pause-snapshot", "")));
  EXPECT_TRUE(std::holds_alternative<resume_snapshot>(read_data("resume-snapshot", "{}")));
  EXPECT_TRUE(std::holds_alternative<open_window>(read_data("snapshot-window-open", "")));
  EXPECT_TRUE(std::holds_alternative<close_window>(read_data("snapshot-window-close", "")));
  const auto text = read_data("log", R"({"message": "at {}"})");
  ASSERT_TRUE(std::holds_alternative<write_log>(text));
  EXPECT_EQ(std::get<write_log>(text).text, "at {}");
}

TEST(Signal, SaysWhyItHasNoEffect) {
  EXPECT_THAT(why_ignored(read_data("dance", "{}")), HasSubstr("not known"));
  EXPECT_THAT(why_ignored(read_data("log", "{}")), HasSubstr("message"));
  EXPECT_THAT(why_ignored(read_data("log", "nonsense")), HasSubstr("JSON"));
  EXPECT_THAT(why_ignored(read_data("schema-changes", "{}")), HasSubstr("schema history"));
}

TEST(SignalLine, IsAnObjectWithIdTypeAndData) {
  const auto read =
      read_line(R"({"id":"f1","type":"log","data":{"message":"x"},"channelOffset":3})");
  ASSERT_TRUE(std::holds_alternative<message>(read));
  EXPECT_EQ(std::get<message>(read),
            (message{.id = "f1", .type = "log", .data = R"({"message":"x"})"}));
}

TEST(SignalLine, WithoutOneOfThemIsNone) {
  for (const auto* const line :
       {"", "{", "[]", R"({"id":"1","type":"log"})", R"({"type":"log","data":{}})"})
    EXPECT_TRUE(std::holds_alternative<fault>(read_line(line))) << line;
}

}  // namespace
}  // namespace tidewire::signals
