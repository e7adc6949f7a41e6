#include "signals/window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace tidewire::signals {
namespace {

using postgres::value_kind;
using postgres::value_view;
using testing::ElementsAre;
using testing::IsEmpty;

using row = std::vector<value_view>;

value_view text(std::string_view bytes) {
  return {value_kind::text, bytes};
}
const value_view null{value_kind::null, {}};
const value_view toast{value_kind::unchanged_toast, {}};

/// Two columns, as the stream has them.
const std::vector<std::size_t> same_places = {0, 1};

window filled(std::vector<std::size_t> identity, std::initializer_list<row> rows) {
  window w;
  w.start(2, std::move(identity));
  for (const row& one : rows) w.add(one);
  return w;
}

/// What is left, the columns of a row with a slash between them.
std::vector<std::string> left(window& w) {
  std::vector<std::string> out;
  postgres::tuple_view next;
  while (w.take(next)) {
    std::string line;
    for (const auto& value : next)
      line += (line.empty() ? "" : "/") +
              (value.kind == value_kind::null ? "NULL" : std::string(value.bytes));
    out.push_back(line);
  }
  return out;
}

TEST(Window, GivesRowsBackInTheirOrder) {
  auto w = filled({0}, {{text("1"), text("a")}, {text("2"), null}});
  EXPECT_EQ(w.row_count(), 2U);
  EXPECT_THAT(left(w), ElementsAre("1/a", "2/NULL"));
  EXPECT_TRUE(w.empty());
}

TEST(Window, LosesTheRowThatAChangeIsOf) {
  auto w = filled({0}, {{text("1"), text("a")}, {text("2"), text("b")}});
  w.remove(row{text("1"), text("new")}, same_places);
  w.remove(row{text("9"), text("b")}, same_places);
  EXPECT_THAT(left(w), ElementsAre("2/b"));
}

TEST(Window, GoesByTheNamesOfColumnsNotTheirPlaces) {
  auto w = filled({0}, {{text("1"), text("a")}, {text("2"), text("b")}});
  w.remove(row{text("x"), text("2")}, {1, window::none});
  EXPECT_THAT(left(w), ElementsAre("1/a"));
}

TEST(Window, FindsARowByTheReplicaIdentityWhereThatIsNotTheKey) {
  auto w = filled({0}, {{text("1"), text("a")}, {text("2"), text("b")}});
  w.remove(row{null, text("b")}, same_places);
  EXPECT_THAT(left(w), ElementsAre("1/a"));
}

TEST(Window, KnowsRowsOfATableWithoutAKeyByAllTheirValues) {
  auto w = filled({}, {{text("q"), null}, {text("q"), null}, {text("r"), text("1")}});
  w.remove(row{text("q"), toast}, same_places);
  w.remove(row{text("r"), text("2")}, same_places);
  EXPECT_THAT(left(w), ElementsAre("q/NULL", "r/1"));
}

TEST(Window, AChangeWithoutValuesRemovesNothing) {
  auto w = filled({0}, {{text("1"), text("a")}});
  w.remove({}, same_places);
  w.remove(row{null, null}, same_places);
  EXPECT_THAT(left(w), ElementsAre("1/a"));
}

TEST(Window, KeysDoNotRunIntoEachOther) {
  auto w = filled({0, 1}, {{text("1"), text("11")}, {text("11"), text("1")}});
  w.remove(row{text("11"), text("1")}, same_places);
  EXPECT_THAT(left(w), ElementsAre("1/11"));
}

TEST(Window, ATruncatedTableHasNoRowsLeft) {
  auto w = filled({0}, {{text("1"), text("a")}});
  w.open();
  w.remove_all();
  EXPECT_TRUE(w.empty());
  EXPECT_TRUE(w.opened());
  EXPECT_THAT(left(w), IsEmpty());
}

TEST(Window, IsClosedAgainByTheNextChunk) {
  auto w = filled({0}, {{text("1"), text("a")}});
  w.open();
  w.start(1, {0});
  EXPECT_FALSE(w.opened());
  EXPECT_TRUE(w.empty());
  EXPECT_EQ(w.bytes(), 0U);
}

}  // namespace
}  // namespace tidewire::signals
