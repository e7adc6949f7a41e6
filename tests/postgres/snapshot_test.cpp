#include "postgres/snapshot.hpp"

#include "postgres/pgoutput.hpp"
#include "postgres/replication.hpp"
#include "postgres/slot.hpp"
#include "postgres/snapshot_fixture.hpp"

#include <gmock/gmock.h>

namespace tidewire::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

class IntegrationSnapshot : public snapshot_test {
 protected:
  std::unique_ptr<snapshot_session> open() {
    return done(snapshot_session::open(options(), snapshot_options{}));
  }

  std::vector<std::string> markers() {
    const auto session = open();
    const auto tables = all_tables(*session);
    std::vector<std::string> lines;
    read(*session, tables, [&](const snapshot_row& row) {
      lines.push_back(tables[row.table].description.name + ' ' + values_of(row.columns)[0] + ' ' +
                      name_of(row.marker));
    }).value();
    session->finish();
    return lines;
  }
};

TEST_F(IntegrationSnapshot, MarksRowsAsDebeziumDoes) {
  sql("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); CREATE TABLE e "
      "(id int);"
      "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1), (2); INSERT INTO c VALUES (1), (2), "
      "(3)");
  EXPECT_THAT(
      markers(),
      ElementsAre(
          "a 1 first", "b 1 first_in", "b 2 last_in", "c 1 first_in", "c 2 true", "c 3 last"));
}

TEST_F(IntegrationSnapshot, ATableOfOneRowInTheMiddleEndsItsCollection) {
  sql("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);"
      "INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1)");
  EXPECT_THAT(markers(), ElementsAre("a 1 first", "a 2 last_in", "b 1 last_in", "c 1 last"));
}

TEST_F(IntegrationSnapshot, TheOnlyRowOfAllIsTheLast) {
  sql("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); INSERT INTO b "
      "VALUES (1)");
  EXPECT_THAT(markers(), ElementsAre("b 1 last"));
}

TEST_F(IntegrationSnapshot, IsDoneAtOnceWithoutTablesOrRows) {
  EXPECT_TRUE(markers().empty());
  sql("CREATE TABLE a (id int)");
  EXPECT_TRUE(markers().empty());
}

TEST_F(IntegrationSnapshot, APartitionedTableYieldsItsPartitionsRowsAndTheyYieldThemAgain) {
  sql("CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES "
      "FROM (0) TO (10);"
      "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20); INSERT INTO p VALUES (1), "
      "(11)");
  EXPECT_THAT(markers(), ElementsAre("p 1 first", "p 11 last_in", "p1 1 last_in", "p2 11 last"));
}

TEST_F(IntegrationSnapshot, DoesNotSeeWhatIsCommittedAfterItsBeginning) {
  sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  const auto session = open();
  EXPECT_TRUE(session->position().position);
  EXPECT_GT(session->position().txid, 0U);
  EXPECT_LT(std::chrono::system_clock::now() - session->position().time, seconds(60));
  sql("INSERT INTO t VALUES (2)");
  int rows = 0;
  read(*session, all_tables(*session), [&](const snapshot_row&) { ++rows; }).value();
  EXPECT_EQ(rows, 1);
}

TEST_F(IntegrationSnapshot, ReadsQuotedNamesEscapesNullsAndGeneratedColumns) {
  sql("CREATE SCHEMA \"My S\"; CREATE TABLE \"My S\".\"T\"\"x\" (\"a b\" text, n text, g int "
      "GENERATED ALWAYS AS (7) STORED, e text);"
      "INSERT INTO \"My S\".\"T\"\"x\" (\"a b\", n, e) VALUES (E'tab\\there\\nline\\\\back \\\\N', "
      "NULL, '')");
  const auto session = open();
  std::vector<std::string> values;
  read(*session, all_tables(*session), [&](const snapshot_row& row) {
    values = values_of(row.columns);
  }).value();
  EXPECT_THAT(values, ElementsAre("tab\there\nline\\back \\N", "(null)", "7", ""));
}

TEST_F(IntegrationSnapshot, TakesAStatementOfTheUsersOwn) {
  sql("CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  const auto session = open();
  auto tables = all_tables(*session);
  tables[0].select = "SELECT * FROM t WHERE id > 1 ; ";
  std::vector<std::string> values;
  read(*session, tables, [&](const snapshot_row& row) { values = values_of(row.columns); }).value();
  EXPECT_THAT(values, ElementsAre("2", "b"));

  const auto again = open();
  tables[0].select = "SELECT id FROM t";
  const auto f = read(*again, tables, [](const snapshot_row&) {}).error();
  EXPECT_EQ(f.code, errc::malformed_message);
  EXPECT_NE(f.message.find("\"t\""), std::string::npos);
}

TEST_F(IntegrationSnapshot, StreamsALargeTable) {
  sql("CREATE TABLE t (id int, v text); INSERT INTO t SELECT n, repeat('v', 50) FROM "
      "generate_series(1, 200000) n");
  const auto session = open();
  std::int64_t count = 0;
  std::size_t bytes = 0;
  read(*session, all_tables(*session), [&](const snapshot_row& row) {
    ++count;
    bytes += row.columns[1].bytes.size();
  }).value();
  EXPECT_EQ(count, 200000);
  EXPECT_EQ(bytes, 200000U * 50U);
}

TEST_F(IntegrationSnapshot, SaysThatALockWasNotToBeHadAndThatThisMayChange) {
  sql("CREATE TABLE t (id int)");
  const auto other = connect();
  done(other->query("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE"));
  snapshot_options how;
  how.lock_timeout = milliseconds(100);
  const auto session = done(snapshot_session::open(options(), how));
  std::vector<snapshot_table> tables(1);
  tables[0].description.schema = "public";
  tables[0].description.name = "t";
  const auto f = refused(session->read(tables));
  EXPECT_EQ(f.sqlstate, "55P03");
  EXPECT_EQ(f.what, remedy::retry);
}

TEST_F(IntegrationSnapshot, AServerThatGoesAwayInTheMiddleIsARetry) {
  sql("CREATE TABLE t (id int, v text); INSERT INTO t SELECT n, repeat('v', 200) FROM "
      "generate_series(1, 100000) n");
  const auto session = open();
  const auto tables = all_tables(*session);
  const auto pid = session->database().backend_pid();
  int rows = 0;
  const auto f = read(*session, tables, [&](const snapshot_row&) {
                   if (++rows == 10)
                     sql("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
                 }).error();
  EXPECT_EQ(f.what, remedy::retry) << describe(f);
  EXPECT_LT(rows, 100000);
}

TEST_F(IntegrationSnapshot, PrintsValuesOfManyTypesJustAsTheStreamDoes) {
  sql("ALTER DATABASE \"" + database_ + "\" SET datestyle = 'SQL, DMY'; ALTER DATABASE \"" +
      database_ +
      "\" SET timezone = 'America/New_York';"
      "ALTER DATABASE \"" +
      database_ + "\" SET bytea_output = 'escape'; ALTER DATABASE \"" + database_ +
      "\" SET intervalstyle = 'sql_standard';");
  sql("CREATE TYPE mood AS ENUM ('sad', 'with space'); CREATE TYPE pair AS (a int, b text); CREATE "
      "DOMAIN amount AS numeric(8,3);"
      "CREATE TABLE t (id int PRIMARY KEY, b bool, i2 int2, i8 int8, f4 real, f8 double precision, "
      "n numeric, n2 numeric(10,2), m money, c char(5),"
      " v varchar(10), x text, y bytea, d date, t time, tz timetz, ts timestamp, tsz timestamptz, "
      "iv interval, j json, jb jsonb, u uuid, ip inet,"
      " mac macaddr, bt bit(3), vb varbit, pt point, bx box, ia int[], ta text[], e mood, p pair, "
      "am amount, r int4range, mr int4multirange,"
      " ts_v tsvector, xm xml, o oid, l pg_lsn);"
      "CREATE PUBLICATION p FOR ALL TABLES");
  done(create_slot(*connect(connection_mode::replication), "s"));
  sql("INSERT INTO t VALUES (1, true, -2, 9223372036854775807, 0.1, 0.1::float8 + 0.2, 'NaN', "
      "12.5, 1234.56, 'ab', 'v', E'tab\\t nl\\n \\\\ \\\\N é',"
      " '\\x00ff5c', '2024-02-29', '13:14:15.678912', '13:14:15+05:30', '2024-02-29 01:02:03.4', "
      "'2024-02-29 01:02:03.4+00', '1 year 2 mons -3 days 04:05:06.7',"
      " '{\"a\": 1}', '{\"b\": [1, 2]}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.1/8', "
      "'08:00:2b:01:02:03', B'101', B'1', '(1.5,-2)', '(1,1),(0,0)',"
      " '{1,NULL,3}', '{\"a,b\",\"q\\\"\",NULL,\"\"}', 'with space', ROW(1, 'x y'), 1.5, '[1,5)', "
      "'{[1,2),[5,6)}', 'a fat cat', '<a/>', 123, '16/B374D848'),"
      " (2, NULL, NULL, NULL, 'Infinity', '-Infinity', NULL, NULL, NULL, NULL, NULL, '', '', "
      "'infinity', '24:00', NULL, '-infinity', '0044-03-15 00:00:00+00 BC',"
      " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, ROW(NULL, "
      "''), NULL, 'empty', '{}', '', NULL, NULL, NULL)");

  std::vector<std::vector<std::string>> streamed;
  replication_options how;
  how.slot = "s";
  how.publication = "p";
  const auto stream = done(replication_session::start(
      connect(connection_mode::replication), how, [] { return std::chrono::system_clock::now(); }));
  pgoutput_decoder decoder;
  while (streamed.size() < 2) {
    xlog_data data;
    const auto state = stream->try_next(data);
    ASSERT_NE(state, stream_state::failed) << describe(stream->stream_failure());
    if (state == stream_state::would_block) done(stream->wait_readable(patience_ends()));
    if (state != stream_state::data) continue;
    const auto message = decoder.decode(data.payload);
    ASSERT_TRUE(message.has_value());
    if (const auto* insert = std::get_if<insert_message>(&*message))
      streamed.push_back(values_of(insert->new_row));
  }

  const auto session = open();
  std::vector<std::vector<std::string>> read_rows;
  read(*session, all_tables(*session), [&](const snapshot_row& row) {
    read_rows.push_back(values_of(row.columns));
  }).value();
  ASSERT_EQ(read_rows.size(), 2U);
  EXPECT_THAT(read_rows[0], ElementsAreArray(streamed[0]));
  EXPECT_THAT(read_rows[1], ElementsAreArray(streamed[1]));
  EXPECT_EQ(read_rows[0][13], "2024-02-29");
  EXPECT_EQ(read_rows[0][17], "2024-02-29 01:02:03.4+00");
  EXPECT_EQ(read_rows[0][12], "\\x00ff5c");
  EXPECT_EQ(read_rows[0][18], "1 year 2 mons -3 days +04:05:06.7");
}

}  // namespace
}  // namespace tidewire::postgres
