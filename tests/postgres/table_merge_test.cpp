#include "postgres/table_merge.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tidewire::postgres {
namespace {

table catalogued_table() {
  table t;
  t.id = oid{5};
  t.schema = "public";
  t.name = "t";
  t.comment = "a table";
  for (const char* const name : {"a", "b", "g"}) {
    column c;
    c.name = name;
    c.type = oid{23};
    c.not_null = true;
    c.default_expression = "1";
    c.identity_key = true;
    t.columns.push_back(c);
  }
  t.key = {1, 0};
  return t;
}

relation_message relation_of(const std::vector<relation_column>& columns) {
  relation_message m;
  m.id = oid{5};
  m.schema = "public";
  m.name = "t";
  m.identity = replica_identity::full;
  m.columns = columns;
  return m;
}

TEST(TableMerge, TakesColumnsTypesAndFlagsFromTheMessageAndTheRestFromTheCatalogue) {
  const std::vector<relation_column> columns{{true, "b", oid{25}, -1}, {false, "a", oid{1043}, 24}};
  const table known = catalogued_table();
  const table merged = merge(relation_of(columns), &known);
  ASSERT_EQ(merged.columns.size(), 2U);
  EXPECT_EQ(merged.identity, replica_identity::full);
  EXPECT_EQ(merged.columns[0].name, "b");
  EXPECT_EQ(merged.columns[0].type, oid{25});
  EXPECT_TRUE(merged.columns[0].identity_key);
  EXPECT_TRUE(merged.columns[0].not_null);
  EXPECT_EQ(merged.columns[0].default_expression, "1");
  EXPECT_FALSE(merged.columns[1].identity_key);
  EXPECT_EQ(merged.columns[1].modifier, 24);
  EXPECT_EQ(merged.comment, "a table");
}

TEST(TableMerge, PointsTheKeyAtTheMessagesColumnsInTheKeysOrder) {
  const std::vector<relation_column> columns{{true, "a", oid{23}, -1}, {true, "b", oid{23}, -1}};
  const table known = catalogued_table();
  EXPECT_EQ(merge(relation_of(columns), &known).key, (std::vector<std::size_t>{1, 0}));
}

TEST(TableMerge, LeavesOutAKeyColumnThatTheMessageDoesNotHave) {
  const std::vector<relation_column> columns{{true, "a", oid{23}, -1}};
  const table known = catalogued_table();
  EXPECT_EQ(merge(relation_of(columns), &known).key, (std::vector<std::size_t>{0}));
}

TEST(TableMerge, AColumnThatTheCatalogueDoesNotKnowIsNullableWithoutDefault) {
  const std::vector<relation_column> columns{{false, "gone", oid{20}, 7}};
  const table known = catalogued_table();
  const table merged = merge(relation_of(columns), &known);
  EXPECT_FALSE(merged.columns[0].not_null);
  EXPECT_FALSE(merged.columns[0].default_expression.has_value());
  EXPECT_EQ(merged.columns[0].type, oid{20});
  EXPECT_EQ(merged.columns[0].modifier, 7);
}

TEST(TableMerge, ATableThatIsGoneMayHaveBeenAnything) {
  const std::vector<relation_column> columns{{false, "a", oid{23}, -1}};
  table known = catalogued_table();
  known.ordinary = true;
  EXPECT_TRUE(merge(relation_of(columns), &known).ordinary);
  EXPECT_FALSE(merge(relation_of(columns), nullptr).ordinary);
}

TEST(TableMerge, WorksForATableThatIsGone) {
  const std::vector<relation_column> columns{{true, "a", oid{23}, -1}};
  const table merged = merge(relation_of(columns), nullptr);
  EXPECT_EQ(merged.name, "t");
  EXPECT_TRUE(merged.key.empty());
  EXPECT_TRUE(merged.columns[0].identity_key);
}

}  // namespace
}  // namespace tidewire::postgres
