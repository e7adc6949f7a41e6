#include "signals/table_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidewire::signals {
namespace {

using postgres::table_name;
using testing::ElementsAre;

const std::vector<table_name> known = {{"public", "a"}, {"public", "ab"}, {"shop", "a"}};

TEST(TableChoice, AnExpressionMeansTheTablesWhoseWholeNameItMatches) {
  EXPECT_THAT(choose_tables({"public\\.a.*"}, known),
              ElementsAre(table_name{"public", "a"}, table_name{"public", "ab"}));
  EXPECT_THAT(choose_tables({"public.a"}, known), ElementsAre(table_name{"public", "a"}));
  EXPECT_THAT(choose_tables({"public\\.a{1,2}b?"}, known),
              ElementsAre(table_name{"public", "a"}, table_name{"public", "ab"}));
}

TEST(TableChoice, ATableComesOnceAndAnUnknownOneAsItIsWritten) {
  EXPECT_THAT(choose_tables({"shop.a", "shop.*", "public.zzz"}, known),
              ElementsAre(table_name{"shop", "a"}, table_name{"public", "zzz"}));
}

TEST(TableChoice, CaseCountsInIncrementalSnapshotsAndNotInBlockingOnes) {
  EXPECT_THAT(choose_tables({"SHOP.A"}, known), ElementsAre(table_name{"SHOP", "A"}));
  EXPECT_TRUE(wants_table({"SHOP.A"}, "shop.a"));
}

TEST(TableChoice, ABlockingSnapshotTakesSeveralExpressionsInOneText) {
  EXPECT_TRUE(wants_table({"public.x,shop.*"}, "shop.a"));
  EXPECT_FALSE(wants_table({"public.x,shop.*"}, "public.a"));
  EXPECT_FALSE(wants_table({"("}, "public.a"));  // does not compile
}

TEST(TableChoice, AnExpressionThatNeverEndsMatchesNothing) {
  const std::string endless = "(a+)+(a+)+(a+)+!";
  const std::string name(200, 'a');
  EXPECT_FALSE(wants_table({endless}, name));
  EXPECT_THAT(choose_tables({endless}, {{"public", name}}), ElementsAre(table_name{"", endless}));
}

TEST(TableChoice, TheFirstConditionThatFitsCounts) {
  const std::vector<condition> conditions = {{"public.a", "id > 1"}, {".*", "id > 2"}};
  EXPECT_EQ(filter_of(conditions, "public.a"), "id > 1");
  EXPECT_EQ(filter_of(conditions, "shop.a"), "id > 2");
  EXPECT_EQ(filter_of({}, "shop.a"), "");
}

TEST(TableChoice, ABlockingFilterIsAStatementOrACondition) {
  EXPECT_EQ(statement_of(" SELECT * FROM x", {"public", "a"}), " SELECT * FROM x");
  EXPECT_EQ(statement_of("with t as (select 1) select * from t", {"public", "a"}),
            "with t as (select 1) select * from t");
  EXPECT_EQ(statement_of("selected", {"public", "a"}),
            "SELECT * FROM \"public\".\"a\" WHERE (selected\n)");
}

TEST(TableChoice, ATableNameMayStandBehindADatabase) {
  EXPECT_EQ(read_table_name("public.s"), (table_name{"public", "s"}));
  EXPECT_EQ(read_table_name("golden.public.s"), (table_name{"public", "s"}));
  EXPECT_EQ(read_table_name("s"), (table_name{"", "s"}));
}

}  // namespace
}  // namespace tidewire::signals
