#include "event/names.hpp"

#include "base/startup_error.hpp"
#include "event/key_column_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {
namespace {

TEST(Names, MakesATopicOfPrefixSchemaAndTable) {
  options how;
  how.topic_prefix = "dbserver1";
  EXPECT_EQ(table_topic(how, "inventory", "products"), "dbserver1.inventory.products");
  EXPECT_EQ(table_topic(how, "my-schema", "Tab le$1"), "dbserver1.my-schema.Tab_le_1");
  how.topic_delimiter = "-";
  EXPECT_EQ(table_topic(how, "inventory", "products"), "dbserver1-inventory-products");
}

TEST(Names, ReplacesEachUtf16UnitInATopic) {
  EXPECT_EQ(topic_name("ü😀"), "___");
  EXPECT_EQ(topic_name(".."), "__");
  EXPECT_EQ(topic_name(std::string(300, 'a')).size(), 249U);
}

TEST(Names, AdjustsSchemaNamesForAvro) {
  EXPECT_EQ(adjust_schema_name("dbserver1.my-schema.Tab_le_1.Key", name_adjustment::none),
            "dbserver1.my-schema.Tab_le_1.Key");
  EXPECT_EQ(adjust_schema_name("dbserver1.my-schema.Tab_le_1.Key", name_adjustment::avro),
            "dbserver1.my_schema.Tab_le_1.Key");
  EXPECT_EQ(adjust_schema_name("dbserver1.my-schema.Tab_le_1.Key", name_adjustment::avro_unicode),
            "dbserver1.my_u002dschema.Tab_u005fle_u005f1.Key");
}

TEST(Names, AdjustsFieldNamesForAvro) {
  EXPECT_EQ(adjust_field_name("col-a", name_adjustment::avro), "col_a");
  EXPECT_EQ(adjust_field_name("2nd", name_adjustment::avro), "_2nd");
  EXPECT_EQ(adjust_field_name("ünï", name_adjustment::avro), "_n_");
  EXPECT_EQ(adjust_field_name("a.b", name_adjustment::avro), "a_b");
  EXPECT_EQ(adjust_field_name("2nd", name_adjustment::avro_unicode), "_u0032nd");
  EXPECT_EQ(adjust_field_name("a_日", name_adjustment::avro_unicode), "a_u005f_u65e5");
}

TEST(Names, MisreadsLettersOfTheStreamAsDebeziumDoes) {
  EXPECT_EQ(stream_column_name("plain"), "plain");
  EXPECT_EQ(stream_column_name("é"), "\xEF\xBF\x83\xEF\xBE\xA9");  // U+FFC3 U+FFA9
}

TEST(KeyColumnRules, JoinsTheColumnsOfAllRulesThatFit) {
  const key_column_rules rules("public.k:b;(.*).k2:d,c;public.k2:e");
  constexpr std::array<std::string_view, 5> columns = {"a", "b", "c", "d", "e"};
  using positions = std::vector<std::size_t>;
  EXPECT_EQ(rules.columns_of("public.k", columns), positions{1});
  EXPECT_EQ(rules.columns_of("public.k2", columns), (positions{3, 2, 4}));
  EXPECT_TRUE(rules.columns_of("public.other", columns).empty());
}

TEST(KeyColumnRules, TakeExpressionsForColumnsToo) {
  const key_column_rules rules("public.k:(id|x).*,B");
  constexpr std::array<std::string_view, 4> columns = {"b", "id", "x1", "v"};
  EXPECT_EQ(rules.columns_of("public.k", columns), (std::vector<std::size_t>{1, 2, 0}));
}

TEST(KeyColumnRules, LeaveATableAloneThatHasNoneOfTheColumns) {
  const key_column_rules rules("inventory.(products|stock):quantity");
  constexpr std::array<std::string_view, 2> columns = {"id", "name"};
  EXPECT_TRUE(rules.columns_of("inventory.products", columns).empty());
}

TEST(KeyColumnRules, RefusesARuleWithoutColumns) {
  EXPECT_THROW(key_column_rules("public.k"), startup_error);
  EXPECT_THROW(key_column_rules("public.k:"), startup_error);
  EXPECT_THROW(key_column_rules(":a"), startup_error);
  EXPECT_THROW(key_column_rules("public.k:a:b"), startup_error);
}

TEST(SkippedOperations, ReadsWords) {
  EXPECT_TRUE(skipped_operations::parse("t")->truncate);
  EXPECT_FALSE(skipped_operations::parse("none")->truncate);
  const auto two = skipped_operations::parse("c, d");
  EXPECT_TRUE(two->create && two->remove && !two->update && !two->truncate);
  EXPECT_FALSE(skipped_operations::parse("m"));
}

}  // namespace
}  // namespace tidewire::event
