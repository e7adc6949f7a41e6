/// What the stream tells of the changes.
#include "postgres/catalog.hpp"
#include "postgres/replication.hpp"
#include "postgres/replication_fixture.hpp"
#include "postgres/table_merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

class IntegrationChanges : public replication_test {};

TEST_F(IntegrationChanges, StreamsChangesUnderTheDefaultIdentity) {
  prepare("CREATE TABLE t (id int PRIMARY KEY, v text)");
  const auto session = start();
  sql("BEGIN; INSERT INTO t VALUES (1, 'a'), (2, NULL); UPDATE t SET v = 'b' WHERE id = 1; UPDATE "
      "t SET id = 3 WHERE id = 2; DELETE FROM t; COMMIT");
  EXPECT_THAT(
      read(*session, 1),
      ElementsAre(
          "relation t d", "+ 1|a", "+ 2|~", "u 1|b", "u key 2|~ > 3|~", "- key 1|~", "- key 3|~"));
}

TEST_F(IntegrationChanges, StreamsChangesUnderIdentityFull) {
  prepare("CREATE TABLE t (id int PRIMARY KEY, v text); ALTER TABLE t REPLICA IDENTITY FULL");
  const auto session = start();
  sql("BEGIN; INSERT INTO t VALUES (1, 'a'); UPDATE t SET v = 'b'; DELETE FROM t; COMMIT");
  EXPECT_THAT(read(*session, 1),
              ElementsAre("relation t f", "+ 1|a", "u full 1|a > 1|b", "- full 1|b"));
}

TEST_F(IntegrationChanges, StreamsChangesUnderAnIndexAsIdentity) {
  prepare(
      "CREATE TABLE t (id int PRIMARY KEY, b int NOT NULL UNIQUE); ALTER TABLE t REPLICA IDENTITY "
      "USING INDEX t_b_key");
  const auto session = start();
  sql("BEGIN; INSERT INTO t VALUES (1, 10); UPDATE t SET b = 11; DELETE FROM t; COMMIT");
  EXPECT_THAT(read(*session, 1),
              ElementsAre("relation t i", "+ 1|10", "u key ~|10 > 1|11", "- key ~|11"));
}

TEST_F(IntegrationChanges, StreamsInsertsUnderIdentityNothing) {
  prepare("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t REPLICA IDENTITY NOTHING");
  const auto session = start();
  sql("INSERT INTO t VALUES (1)");
  EXPECT_THAT(read(*session, 1), ElementsAre("relation t n", "+ 1"));
}

TEST_F(IntegrationChanges, MarksAnUnchangedValueThatIsStoredOutOfLine) {
  prepare(
      "CREATE TABLE t (id int PRIMARY KEY, big text, v int); ALTER TABLE t ALTER big SET STORAGE "
      "EXTERNAL");
  const auto session = start();
  sql("INSERT INTO t VALUES (1, repeat('x', 100000), 1); UPDATE t SET v = 2");
  const auto lines = read(*session, 2);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1].size(), 100000 + std::string("+ 1||1").size());
  EXPECT_EQ(lines[2], "u 1|(toast)|2");
}

TEST_F(IntegrationChanges, TellsTruncatesMessagesAndTypes) {
  prepare(
      "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE a (id serial PRIMARY KEY, m mood); CREATE "
      "TABLE b (id int PRIMARY KEY)");
  const auto session = start();
  sql("INSERT INTO a VALUES (1, 'ok'); TRUNCATE a, b RESTART IDENTITY CASCADE; SELECT "
      "pg_logical_emit_message(true, 'in', 'tx');"
      "BEGIN; SELECT pg_logical_emit_message(false, 'out', 'at once'); ROLLBACK; INSERT INTO b "
      "VALUES (1)");
  EXPECT_THAT(read(*session, 4),
              ElementsAre("type mood",
                          "relation a d",
                          "+ 1|ok",
                          // restarting the sequence changed the catalogue: they are told anew
                          "type mood",
                          "relation a d",
                          "relation b d",
                          "truncate 2 cascade restart",
                          "message in tx",
                          "message! out at once",
                          "relation b d",
                          "+ 1"));
}

TEST_F(IntegrationChanges, MergesARelationWithTheCatalogue) {
  prepare("CREATE TABLE t (b int NOT NULL DEFAULT 5, a int, v text, PRIMARY KEY (a, b))");
  const auto session = start();
  sql("INSERT INTO t VALUES (1, 2, 'x')");
  xlog_data data;
  std::optional<table> merged;
  while (!merged) {
    const auto state = session->try_next(data);
    ASSERT_NE(state, stream_state::failed);
    if (state == stream_state::would_block) done(session->wait_readable(patience_ends()));
    if (state != stream_state::data) continue;
    const auto message = decoder_.decode(data.payload);
    if (const auto* relation = std::get_if<relation_message>(&*message)) {
      const auto db = connect();
      const auto known = done(describe_table(*db, relation->id));
      ASSERT_TRUE(known.has_value());
      merged = merge(*relation, &*known);
    }
  }
  EXPECT_EQ(merged->key, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(merged->columns[0].default_expression, "5");
  EXPECT_TRUE(merged->columns[0].identity_key);
  EXPECT_FALSE(merged->columns[2].identity_key);
}

TEST_F(IntegrationChanges, HandsStreamParametersToThePlugin) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  replication_options how;
  how.slot = "s";
  how.publication = "p";
  how.stream_parameters = {{"messages", "false"}};
  const auto session = done(replication_session::start(
      connect(connection_mode::replication), how, [] { return std::chrono::system_clock::now(); }));
  sql("SELECT pg_logical_emit_message(false, 'x', 'unheard'); INSERT INTO t VALUES (1)");
  EXPECT_THAT(read(*session, 1), ElementsAre("relation t d", "+ 1"));
}

}  // namespace
}  // namespace tidewire::postgres
