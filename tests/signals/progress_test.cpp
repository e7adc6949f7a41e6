#include "signals/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::signals {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

collection table(std::string name) {
  return {
      .table = {.schema = "public", .name = std::move(name)}, .condition = {}, .surrogate_key = {}};
}

progress begun() {
  progress p;
  p.add({table("a"), table("b")}, "s1");
  p.order_by({"id"});
  p.set_maximum({"9"});
  return p;
}

progress restarted(const progress& p) {
  const auto read = progress::from_json(p.to_json());
  EXPECT_TRUE(read.has_value());
  return read.value_or(progress());
}

TEST(Progress, GoesFromTableToTable) {
  auto p = begun();
  EXPECT_EQ(p.table_names(), "public.a,public.b");
  p.rows_read({"2"}, 2);
  EXPECT_THAT(p.bounds().after, ElementsAre("2"));
  p.finish_table();
  EXPECT_EQ(p.current().table.name, "b");
  EXPECT_THAT(p.bounds().after, IsEmpty());
  EXPECT_THAT(p.maximum(), IsEmpty());
  EXPECT_EQ(p.row_count(), 0U);
  p.finish_table();
  EXPECT_FALSE(p.running());
  EXPECT_EQ(p.to_json(), "");
}

TEST(Progress, RemembersAcrossARestartWhatWasSentAndNotWhatWasReadOnly) {
  auto p = begun();
  p.rows_read({"2"}, 2);
  p.rows_sent();
  p.rows_read({"4"}, 2);
  const auto again = restarted(p);
  EXPECT_EQ(again.table_names(), "public.a,public.b");
  EXPECT_EQ(again.signal_id(), "s1");
  EXPECT_THAT(again.bounds().after, ElementsAre("2"));
  EXPECT_THAT(again.bounds().maximum, ElementsAre("9"));
  p.revert();
  EXPECT_THAT(p.bounds().after, ElementsAre("2"));
}

TEST(Progress, RemembersNullsConditionsAndAPause) {
  progress p;
  p.add({{.table = {"public", "a"}, .condition = "id > 'x'", .surrogate_key = "v"}}, "s1");
  p.order_by({"v"});
  p.set_maximum({std::nullopt});
  p.rows_read({std::nullopt}, 1);
  p.rows_sent();
  p.pause();
  const auto again = restarted(p);
  EXPECT_EQ(again.current(), p.current());
  EXPECT_TRUE(again.paused());
  EXPECT_THAT(again.bounds().after, ElementsAre(std::nullopt));
}

TEST(Progress, BeginsTheTableAgainWhenItsKeyIsAnotherOne) {
  auto p = begun();
  p.rows_read({"2"}, 2);
  p.order_by({"id"});
  EXPECT_THAT(p.bounds().after, ElementsAre("2"));
  p.order_by({"number"});
  EXPECT_THAT(p.bounds().after, IsEmpty());
  EXPECT_THAT(p.maximum(), IsEmpty());
}

TEST(Progress, OnlyMarksOfTheChunkAtHandCount) {
  auto p = begun();
  EXPECT_FALSE(p.is_mark("-open"));
  p.start_chunk("c1");
  EXPECT_TRUE(p.is_mark("c1-open"));
  EXPECT_FALSE(p.is_mark("c2-open"));
}

TEST(Progress, TakesTablesOutThatAreNotReadYet) {
  auto p = begun();
  EXPECT_TRUE(p.remove({"public", "b"}));
  EXPECT_FALSE(p.remove({"public", "b"}));
  EXPECT_FALSE(p.remove({"public", "a"}));
  EXPECT_EQ(p.table_names(), "public.a");
  p.stop();
  EXPECT_FALSE(p.running());
  EXPECT_EQ(p.signal_id(), "");
}

TEST(Progress, APauseEndsWithTheSnapshot) {
  auto p = begun();
  p.pause();
  p.stop();
  EXPECT_FALSE(p.paused());
}

TEST(Progress, DamagedTextIsNone) {
  EXPECT_TRUE(progress::from_json("").has_value());
  EXPECT_FALSE(progress::from_json("{").has_value());
  EXPECT_FALSE(progress::from_json("{}").has_value());
  EXPECT_FALSE(progress::from_json(R"({"tables":[1]})").has_value());
}

}  // namespace
}  // namespace tidewire::signals
