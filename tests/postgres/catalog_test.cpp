#include "postgres/catalog.hpp"

#include "postgres/database_fixture.hpp"

#include <gmock/gmock.h>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

class IntegrationCatalog : public database_test {
 protected:
  table described(const std::string& name, const std::string& schema = "public") {
    const auto db = connect();
    table_name wanted{schema, name};
    auto found = done(describe_table(*db, wanted));
    EXPECT_TRUE(found.has_value()) << name;
    return found.value_or(table{});
  }
  std::vector<std::string> key_of(const std::string& name) {
    const table t = described(name);
    std::vector<std::string> key;
    for (const auto index : t.key) key.push_back(t.columns[index].name);
    return key;
  }
  std::vector<std::string> identity_of(const std::string& name) {
    std::vector<std::string> names;
    for (const column& c : described(name).columns)
      if (c.identity_key) names.push_back(c.name);
    return names;
  }
};

TEST_F(IntegrationCatalog, LoadsEveryKindOfType) {
  sql("CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TYPE mood ADD VALUE 'so so' BEFORE 'ok';"
      "CREATE DOMAIN amount AS numeric(8,3); CREATE TYPE pair AS (a int, b text)");
  const auto db = connect();
  const auto types = done(load_types(*db));
  ASSERT_NE(types.find("mood"), nullptr);
  EXPECT_EQ(types.find("mood")->kind, 'e');
  EXPECT_EQ(types.find("mood")->schema, "public");
  EXPECT_THAT(types.find("mood")->labels, ElementsAre("sad", "so so", "ok"));
  ASSERT_NE(types.find("_mood"), nullptr);
  EXPECT_EQ(types.find("_mood")->element, types.find("mood")->id);
  EXPECT_EQ(types.find("amount")->kind, 'd');
  EXPECT_EQ(types.find("amount")->base, types.find("numeric")->id);
  EXPECT_EQ(types.find("amount")->base_modifier, (8 << 16 | 3) + 4);
  EXPECT_EQ(types.find("pair")->kind, 'c');
  EXPECT_EQ(types.find(oid{23})->name, "int4");
  EXPECT_EQ(types.find(oid{23})->category, 'N');
  EXPECT_EQ(types.find("point")->element, oid{});
  EXPECT_EQ(types.find("_box")->delimiter, ';');
  EXPECT_EQ(types.find("box")->delimiter, ';');
}

TEST_F(IntegrationCatalog, DescribesColumnsDefaultsAndComments) {
  sql("CREATE TABLE t (id serial PRIMARY KEY, dropped int, n varchar(20) DEFAULT 'x' NOT NULL, g "
      "int GENERATED ALWAYS AS (1 + 1) STORED,"
      " i int GENERATED ALWAYS AS IDENTITY); ALTER TABLE t DROP COLUMN dropped;"
      "COMMENT ON TABLE t IS 'the table'; COMMENT ON COLUMN t.n IS 'the name'");
  const table t = described("t");
  EXPECT_EQ(t.schema, "public");
  EXPECT_EQ(t.comment, "the table");
  ASSERT_EQ(t.columns.size(), 4U);
  EXPECT_EQ(t.columns[0].default_expression, "nextval('t_id_seq'::regclass)");
  EXPECT_EQ(t.columns[1].name, "n");
  EXPECT_EQ(t.columns[1].number, 3);
  EXPECT_EQ(t.columns[1].type, oid{1043});
  EXPECT_EQ(t.columns[1].modifier, 24);
  EXPECT_TRUE(t.columns[1].not_null);
  EXPECT_EQ(t.columns[1].default_expression, "'x'::character varying");
  EXPECT_EQ(t.columns[1].comment, "the name");
  EXPECT_TRUE(t.columns[2].generated);
  EXPECT_FALSE(t.columns[2].default_expression.has_value());
  EXPECT_FALSE(t.columns[3].default_expression.has_value());
}

TEST_F(IntegrationCatalog, FindsThePrimaryKeyInItsOwnOrder) {
  sql("CREATE TABLE t (a int, b int, c int, d int, PRIMARY KEY (c, a) INCLUDE (d))");
  EXPECT_THAT(key_of("t"), ElementsAre("c", "a")) << "a column of INCLUDE is none of the key";
}

TEST_F(IntegrationCatalog, WithoutPrimaryKeyTakesTheFirstUniqueIndexWithoutExpressions) {
  sql("CREATE TABLE t (a int, b int NOT NULL, c int NOT NULL);"
      "CREATE UNIQUE INDEX c_expression ON t (abs(b)); CREATE INDEX d_plain ON t (b);"
      "CREATE UNIQUE INDEX e_right ON t (c, b) INCLUDE (a)");
  EXPECT_THAT(key_of("t"), ElementsAre("c", "b", "a")) << "JDBC tells columns of INCLUDE as well";
  sql("CREATE UNIQUE INDEX b_partial ON t (b) WHERE c > 0");
  EXPECT_THAT(key_of("t"), ElementsAre("b"));
  sql("CREATE UNIQUE INDEX a_nullable ON t (a, b)");
  EXPECT_THAT(key_of("t"), ElementsAre("a", "b"));
}

TEST_F(IntegrationCatalog, TellsWhetherTheColumnOrItsDomainIsNotNull) {
  sql("CREATE DOMAIN given AS text NOT NULL; CREATE TABLE t (a given, b given NOT NULL, c text)");
  const table t = described("t");
  EXPECT_TRUE(t.columns[0].not_null);
  EXPECT_TRUE(t.columns[0].not_null_by_domain);
  EXPECT_TRUE(t.columns[1].not_null);
  EXPECT_FALSE(t.columns[1].not_null_by_domain);
  EXPECT_FALSE(t.columns[2].not_null);
  EXPECT_FALSE(t.columns[2].not_null_by_domain);
}

TEST_F(IntegrationCatalog, HasNoKeyWhereThereIsNone) {
  sql("CREATE TABLE t (a int, b int)");
  EXPECT_TRUE(key_of("t").empty());
}

TEST_F(IntegrationCatalog, KnowsTheColumnsOfEachReplicaIdentity) {
  sql("CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL, c int); CREATE UNIQUE INDEX by_b ON t "
      "(b)");
  EXPECT_EQ(described("t").identity, replica_identity::by_default);
  EXPECT_THAT(identity_of("t"), ElementsAre("a"));
  sql("ALTER TABLE t REPLICA IDENTITY USING INDEX by_b");
  EXPECT_EQ(described("t").identity, replica_identity::index);
  EXPECT_THAT(identity_of("t"), ElementsAre("b"));
  sql("ALTER TABLE t REPLICA IDENTITY FULL");
  EXPECT_THAT(identity_of("t"), ElementsAre("a", "b", "c"));
  sql("ALTER TABLE t REPLICA IDENTITY NOTHING");
  EXPECT_EQ(described("t").identity, replica_identity::nothing);
  EXPECT_TRUE(identity_of("t").empty());
}

TEST_F(IntegrationCatalog, ListsTablesButNoViewsAndNothingOfTheSystem) {
  sql("CREATE SCHEMA \"Odd\"; CREATE TABLE \"Odd\".\"T.x\" (a int); CREATE TABLE p (a int) "
      "PARTITION BY RANGE (a);"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE UNLOGGED TABLE u (a "
      "int); CREATE VIEW v AS SELECT 1;"
      "CREATE MATERIALIZED VIEW m AS SELECT 1; CREATE TABLE pg_toast_like (a int)");
  const auto db = connect();
  done(db->query("CREATE TEMP TABLE fleeting (a int)"));
  const auto tables = done(list_tables(*db, nullptr));
  std::vector<std::string> names;
  for (const auto& t : tables) names.push_back(to_string(t.name));
  EXPECT_THAT(names,
              ElementsAre("Odd.T.x", "public.p", "public.p1", "public.pg_toast_like", "public.u"));
  EXPECT_TRUE(tables[1].partitioned);
  EXPECT_TRUE(tables[2].partition);
  EXPECT_FALSE(tables[4].logged);

  const table_filter only_p = [](std::string_view, std::string_view table) {
    return table.starts_with('p');
  };
  EXPECT_EQ(done(list_tables(*db, only_p)).size(), 3U);
}

TEST_F(IntegrationCatalog, AnswersNothingForATableThatIsNotThere) {
  const auto db = connect();
  EXPECT_FALSE(done(describe_table(*db, oid{999999})).has_value());
  table_name missing{"public", "gone"};
  EXPECT_FALSE(done(describe_table(*db, missing)).has_value());
}

TEST_F(IntegrationCatalog, KnowsWhetherOnlyInsertsCanComeOfATable) {
  sql("CREATE TABLE log (a int); CREATE TABLE keyed (a int PRIMARY KEY); CREATE TABLE full_rows (a "
      "int);"
      "ALTER TABLE full_rows REPLICA IDENTITY FULL; CREATE TABLE parent (a int) PARTITION BY RANGE "
      "(a);"
      "CREATE TABLE no_identity (a int PRIMARY KEY);"
      "ALTER TABLE no_identity REPLICA IDENTITY NOTHING");
  const auto db = connect();
  const auto only_inserts_of = [&](std::string name) {
    table_name wanted{"public", std::move(name)};
    return only_inserts(*done(describe_table(*db, wanted)));
  };
  EXPECT_TRUE(only_inserts_of("log"));
  EXPECT_TRUE(only_inserts_of("no_identity"));
  EXPECT_FALSE(only_inserts_of("keyed"));
  EXPECT_FALSE(only_inserts_of("full_rows"));
  EXPECT_FALSE(only_inserts_of("parent")) << "a partition may have an identity of its own";
}

TEST_F(IntegrationCatalog, DescribesSeveralTablesInTheGivenOrder) {
  sql("CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE TABLE nocolumns ()");
  const auto db = connect();
  const auto tables = done(list_tables(*db, nullptr));
  std::vector<oid> ids{tables[2].id, oid{999999}, tables[1].id, tables[0].id};
  const auto found = done(describe_tables(*db, ids));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "nocolumns");
  EXPECT_TRUE(found[0].columns.empty());
  EXPECT_EQ(found[1].name, "b");
  EXPECT_EQ(found[2].name, "a");
}

}  // namespace
}  // namespace tidewire::postgres
