#include "postgres/snapshot_order.hpp"

#include <gtest/gtest.h>

namespace tidewire::postgres {
namespace {

table_filter exactly(std::string schema, std::string name) {
  return [=](std::string_view s, std::string_view t) { return s == schema && t == name; };
}

std::vector<table_name> some_tables() {
  return {{"b", "z"}, {"a", "y"}, {"b", "x"}, {"a", "w"}};
}

TEST(SnapshotOrder, IsBySchemaAndNameWithoutAnIncludeList) {
  EXPECT_EQ(snapshot_order(some_tables(), {}),
            (std::vector<table_name>{{"a", "w"}, {"a", "y"}, {"b", "x"}, {"b", "z"}}));
}

TEST(SnapshotOrder, IsThatOfTheIncludeList) {
  EXPECT_EQ(snapshot_order(some_tables(), {exactly("b", "z"), exactly("a", "w")}),
            (std::vector<table_name>{{"b", "z"}, {"a", "w"}}));
}

TEST(SnapshotOrder, SortsWithinAPatternAndTakesATableOnce) {
  const table_filter schema_b = [](std::string_view s, std::string_view) { return s == "b"; };
  const table_filter all = [](std::string_view, std::string_view) { return true; };
  EXPECT_EQ(snapshot_order(some_tables(), {schema_b, all}),
            (std::vector<table_name>{{"b", "x"}, {"b", "z"}, {"a", "w"}, {"a", "y"}}));
}

}  // namespace
}  // namespace tidewire::postgres
