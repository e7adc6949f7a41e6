#include "postgres/slot.hpp"
#include "postgres/snapshot.hpp"
#include "postgres/snapshot_fixture.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <cstdint>
#include <map>
#include <set>

namespace tidewire::postgres {
namespace {

using ::testing::ElementsAre;

/// Several connections; even small tables are cut.
class IntegrationParallelSnapshot : public snapshot_test {
 protected:
  static snapshot_options three() {
    snapshot_options how;
    how.pieces = {.connections = 3, .pages_min = 8};
    return how;
  }
  std::unique_ptr<snapshot_session> open(snapshot_options how) {
    return done(snapshot_session::open(options(), std::move(how)));
  }
  /// The engine's connections to this database, but for those of replication.
  std::string backends() const {
    return sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'tidewire' AND backend_type = 'client backend'");
  }
  void make_tables() const {
    sql("CREATE TABLE big (id int PRIMARY KEY, version int, filler text);"
        "INSERT INTO big SELECT n, 1, repeat('x', 200) FROM generate_series(1, 20000) n;"
        "CREATE TABLE empty (id int, version int);"
        "CREATE TABLE few (id int, version int); INSERT INTO few VALUES (1, 1), (2, 1), (3, 1);"
        "CREATE TABLE one (id int, version int); INSERT INTO one VALUES (1, 1);"
        "CREATE TABLE parent (id int, version int) PARTITION BY RANGE (id);"
        "CREATE TABLE parent_a PARTITION OF parent FOR VALUES FROM (0) TO (100);"
        "CREATE TABLE parent_b PARTITION OF parent FOR VALUES FROM (100) TO (200);"
        "INSERT INTO parent SELECT n, 1 FROM generate_series(51, 150) n");
  }
};

TEST_F(IntegrationParallelSnapshot, ShowsEveryRowOnceAndAsItWasWhileTheTablesChange) {
  make_tables();
  const auto replication = connect(connection_mode::replication);
  const auto slot = done(create_slot(*replication, "s"));
  sql("INSERT INTO few VALUES (4, 2); UPDATE big SET version = 2 WHERE id % 3 = 0");
  auto how = three();
  how.exported = slot.snapshot;
  how.position = slot.consistent_point;
  const auto session = open(how);
  const auto tables = all_tables(*session);

  std::map<std::string, std::multiset<std::string>> rows;
  int count = 0;
  read(*session, tables, [&](const snapshot_row& row) {
    const auto values = values_of(row.columns);
    EXPECT_EQ(values[1], "1");
    rows[tables[row.table].description.name].insert(values[0]);
    if (++count != 100) return;
    EXPECT_EQ(backends(), "3");
    sql("UPDATE big SET version = 3; DELETE FROM big WHERE id > 19000; DELETE FROM one;"
        "INSERT INTO big SELECT n, 3, '' FROM generate_series(20001, 30000) n;"
        "INSERT INTO empty VALUES (1, 3); UPDATE parent SET id = id + 40 WHERE id < 120");
    sql("VACUUM big");
  }).value();
  session->finish();

  std::multiset<std::string> thousands, parents;
  for (int id = 1; id <= 20'000; ++id) thousands.insert(std::to_string(id));
  for (int id = 51; id <= 150; ++id) parents.insert(std::to_string(id));
  EXPECT_EQ(rows["big"], thousands);
  EXPECT_EQ(rows["parent"], parents);
  EXPECT_EQ(rows["parent_a"].size() + rows["parent_b"].size(), parents.size());
  EXPECT_EQ(rows["few"], (std::multiset<std::string>{"1", "2", "3"}));
  EXPECT_EQ(rows["one"].size(), 1U);
  EXPECT_FALSE(rows.contains("empty"));
}

TEST_F(IntegrationParallelSnapshot, MarksTheFirstAndTheLastRowOfAllAndOfEachTable) {
  make_tables();
  const auto session = open(three());
  const auto tables = all_tables(*session);
  struct marked {
    std::string name, marker;
    bool ends = false;
  };
  std::vector<marked> rows;
  read(*session, tables, [&](const snapshot_row& row) {
    rows.push_back({tables[row.table].description.name, name_of(row.marker), row.ends_table});
  }).value();

  ASSERT_EQ(rows.size(), 20'000U + 3 + 1 + 200);
  EXPECT_EQ(rows.front().marker, "first");
  EXPECT_EQ(rows.back().marker, "last");
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < rows.size(); ++i) places[rows[i].name].push_back(i);
  for (const auto& [name, at] : places) {
    const bool alone = at.size() == 1;
    for (const std::size_t i : at) {
      const bool first = i == at.front(), last = i == at.back();
      EXPECT_EQ(rows[i].ends, last) << name << ' ' << i;
      if (i == 0 || i + 1 == rows.size()) continue;
      EXPECT_EQ(rows[i].marker, last ? "last_in" : first && !alone ? "first_in" : "true") << name;
    }
  }
}

TEST_F(IntegrationParallelSnapshot, OpensNoMoreConnectionsThanThereIsWorkFor) {
  sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  const auto session = open(three());
  std::vector<std::string> seen;
  read(*session, all_tables(*session), [&](const snapshot_row& row) {
    seen.emplace_back(name_of(row.marker));
    EXPECT_EQ(backends(), "1");
  }).value();
  EXPECT_THAT(seen, ElementsAre("last"));
}

TEST_F(IntegrationParallelSnapshot, AStatementOfTheUsersOwnIsRunOnce) {
  sql("CREATE TABLE t (id int, v text);"
      "INSERT INTO t SELECT n, repeat('x', 200) FROM generate_series(1, 5000) n");
  const auto session = open(three());
  auto tables = all_tables(*session);
  tables[0].select = "SELECT id, v FROM t WHERE id <= 10;";
  int rows = 0;
  read(*session, tables, [&](const snapshot_row&) { ++rows; }).value();
  EXPECT_EQ(rows, 10);
}

TEST_F(IntegrationParallelSnapshot, AnyConnectionThatIsLostIsARetryOfAll) {
  make_tables();
  sql("INSERT INTO big SELECT n, 1, repeat('x', 200) FROM generate_series(20001, 200000) n");
  const auto session = open(three());
  const auto first = std::to_string(session->database().backend_pid());
  int rows = 0;
  bool another_is_gone = false;
  const auto end_another = [&] {
    return sql("SELECT pg_terminate_backend(max(pid)) FROM pg_stat_activity WHERE "
               "datname = current_database() AND application_name = 'tidewire' AND "
               "query LIKE 'COPY%' AND pid <> " +
               first) == "t";
  };
  // The others may begin some rows later than the first.
  const auto read_to_the_end = read(*session, all_tables(*session), [&](const snapshot_row&) {
    if (++rows % 500 == 10 && !another_is_gone) another_is_gone = end_another();
  });
  EXPECT_TRUE(another_is_gone);
  ASSERT_TRUE(read_to_the_end.has_error());
  EXPECT_EQ(read_to_the_end.error().what, remedy::retry) << describe(read_to_the_end.error());
  EXPECT_LT(rows, 200'000);
}

TEST_F(IntegrationParallelSnapshot, EndsAWaitWhenWokenAndCanGoWhileItsConnectionsWait) {
  sql("CREATE TABLE a (id int); CREATE TABLE b (id int)");
  auto session = open(three());
  auto tables = all_tables(*session);
  for (auto& table : tables) table.select = "SELECT 1 AS id FROM pg_sleep(1000)";
  done(session->read(tables));
  snapshot_row row;
  ASSERT_EQ(session->try_next(row), snapshot_state::would_block);
  done(session->advance());  // begins to read
  ASSERT_EQ(session->try_next(row), snapshot_state::would_block);
  asio::post(io_, [&] { session->wake(); });
  done(session->advance());
  EXPECT_EQ(session->try_next(row), snapshot_state::would_block);
  session.reset();
  io_.restart();
  io_.run();  // the waits have ended with the session, else this would not
}

}  // namespace
}  // namespace tidewire::postgres
