#include "postgres/publication.hpp"

#include "postgres/database_fixture.hpp"

#include <gmock/gmock.h>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

class IntegrationPublication : public database_test {
 protected:
  void SetUp() override {
    database_test::SetUp();
    sql("CREATE SCHEMA \"S\"; CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (id int); "
        "CREATE TABLE \"S\".\"c d\" (id int)");
    db_ = connect();
  }
  outcome<publication_change> ensure(publication_autocreate mode,
                                     std::vector<table_name> captured = {}) {
    publication_options options;
    options.name = "pub";
    options.autocreate = mode;
    return attempt(ensure_publication(*db_, options, std::move(captured)));
  }
  std::vector<std::string> published() {
    std::vector<std::string> names;
    for (const auto& name : done(published_tables(*db_, "pub"))) names.push_back(to_string(name));
    return names;
  }

  std::unique_ptr<connection> db_;
};

TEST_F(IntegrationPublication, AllTablesCreatesOneForAllTablesOnce) {
  EXPECT_EQ(ensure(publication_autocreate::all_tables).value(), publication_change::created);
  EXPECT_EQ(ensure(publication_autocreate::all_tables).value(), publication_change::none);
  EXPECT_EQ(sql("SELECT puballtables FROM pg_publication WHERE pubname = 'pub'"), "t");
}

TEST_F(IntegrationPublication, DisabledNamesTheMissingOneAndAcceptsAnyThatIsThere) {
  const auto missing = ensure(publication_autocreate::disabled);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, errc::publication_missing);
  EXPECT_EQ(missing.error().what, remedy::none);
  EXPECT_NE(missing.error().message.find("\"pub\""), std::string::npos);
  sql("CREATE PUBLICATION pub FOR TABLE b");
  EXPECT_EQ(ensure(publication_autocreate::disabled, {{"public", "a"}}).value(),
            publication_change::none);
  EXPECT_THAT(published(), ElementsAre("public.b"));
}

TEST_F(IntegrationPublication, FilteredCreatesItForTheCapturedTables) {
  EXPECT_EQ(ensure(publication_autocreate::filtered, {{"public", "a"}, {"S", "c d"}}).value(),
            publication_change::created);
  EXPECT_THAT(published(), ElementsAre("S.c d", "public.a"));
}

TEST_F(IntegrationPublication, FilteredSetsTheTablesWhereTheyDifferAndKeepsItsHandsOffWhereNot) {
  const bool filters = db_->server_version() >= 150000;
  sql(filters ? "CREATE PUBLICATION pub FOR TABLE a WHERE (v > 5)"
              : "CREATE PUBLICATION pub FOR TABLE a");
  EXPECT_EQ(ensure(publication_autocreate::filtered, {{"public", "a"}}).value(),
            publication_change::none);
  if (filters) {
    EXPECT_NE(sql("SELECT rowfilter FROM pg_publication_tables WHERE pubname = 'pub'"), "")
        << "the row filter is still there";
  }
  EXPECT_EQ(ensure(publication_autocreate::filtered, {{"public", "b"}, {"public", "a"}}).value(),
            publication_change::altered);
  EXPECT_THAT(published(), ElementsAre("public.a", "public.b"));
  EXPECT_EQ(ensure(publication_autocreate::filtered, {{"public", "a"}, {"public", "b"}}).value(),
            publication_change::none);
}

TEST_F(IntegrationPublication, FilteredLeavesOneForAllTablesAlone) {
  sql("CREATE PUBLICATION pub FOR ALL TABLES");
  EXPECT_EQ(ensure(publication_autocreate::filtered, {{"public", "a"}}).value(),
            publication_change::none);
}

TEST_F(IntegrationPublication, FilteredTakesPartitionsAndTheirParents) {
  sql("CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES "
      "FROM (0) TO (10)");
  const std::vector<table_name> captured{{"public", "p"}, {"public", "p1"}};
  EXPECT_EQ(ensure(publication_autocreate::filtered, captured).value(),
            publication_change::created);
  EXPECT_EQ(ensure(publication_autocreate::filtered, captured).value(), publication_change::none);
}

TEST_F(IntegrationPublication, SaysWhatARoleMayNotDo) {
  sql("DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN");
  auto to = options();
  to.user = "plain";
  db_ = done(connection::open(to, connection_mode::query));
  const auto denied = ensure(publication_autocreate::all_tables);
  ASSERT_FALSE(denied.has_value());
  EXPECT_EQ(denied.error().sqlstate, "42501");
  EXPECT_EQ(denied.error().what, remedy::none);
  EXPECT_NE(denied.error().message.find("CREATE PUBLICATION"), std::string::npos)
      << denied.error().message;
}

}  // namespace
}  // namespace tidewire::postgres
