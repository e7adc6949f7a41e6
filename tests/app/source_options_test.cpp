#include "app/source_options.hpp"

#include "base/startup_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(SourceOptions, SplitStatementsAtSingleSemicolons) {
  EXPECT_THAT(split_statements("SET a=1; SET b='x;;y' ;"), ElementsAre("SET a=1", "SET b='x;y'"));
  EXPECT_THAT(split_statements(" ; "), IsEmpty());
}

TEST(SourceOptions, ReadTheParametersOfTheStream) {
  EXPECT_THAT(read_stream_parameters("messages=true; origin = none"),
              ElementsAre(Pair("messages", "true"), Pair("origin", "none")));
  EXPECT_THAT(read_stream_parameters(""), IsEmpty());
  EXPECT_THROW(read_stream_parameters("messages"), startup_error);
}

TEST(SourceOptions, ReadReplicaIdentities) {
  const auto rules = read_identity_rules("public.a:full,s\\.(b|c):INDEX b_key");
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_TRUE(rules[0].tables.matches("PUBLIC.A"));
  EXPECT_EQ(rules[0].identity, "FULL");
  EXPECT_TRUE(rules[1].tables.matches("s.c"));
  EXPECT_FALSE(rules[1].tables.matches("s.d"));
  EXPECT_EQ(rules[1].identity, "USING INDEX \"b_key\"");
  EXPECT_THROW(read_identity_rules("public.a"), startup_error);
  EXPECT_THROW(read_identity_rules("public.a:SOME"), startup_error);
}

TEST(SourceOptions, TakeTheTablesColumnsOfAStatement) {
  EXPECT_EQ(override_select({"id", "V"}, "SELECT * FROM a WHERE v='keep'; "),
            "SELECT \"id\", \"V\" FROM (SELECT * FROM a WHERE v='keep'\n) AS chosen");
}

}  // namespace
}  // namespace tidewire::app
