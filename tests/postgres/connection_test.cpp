#include "postgres/connection.hpp"

#include "postgres/database_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace tidewire::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class IntegrationConnection : public database_test {};

TEST_F(IntegrationConnection, AnswersAQueryWithParametersAndNulls) {
  const auto db = connect();
  query_parameters parameters;
  parameters.emplace_back("41");
  parameters.emplace_back(std::nullopt);
  const auto rows = done(db->query("SELECT $1::int + 1, $2::text, true", parameters));
  ASSERT_EQ(rows.row_count(), 1U);
  ASSERT_EQ(rows.column_count(), 3U);
  EXPECT_EQ(rows.integer(0, 0), 42);
  EXPECT_TRUE(rows.is_null(0, 1));
  EXPECT_FALSE(rows.optional_text(0, 1).has_value());
  EXPECT_TRUE(rows.flag(0, 2));
  EXPECT_GE(db->server_version(), 140000);
}

TEST_F(IntegrationConnection, PrintsValuesTheSameWayWhateverTheDatabaseSays) {
  sql("ALTER DATABASE \"" + database_ + "\" SET datestyle = 'German'; ALTER DATABASE \"" +
      database_ + "\" SET timezone = 'Asia/Kolkata'; ALTER DATABASE \"" + database_ +
      "\" SET bytea_output = 'escape'; ALTER DATABASE \"" + database_ +
      "\" SET intervalstyle = 'iso_8601'; ALTER DATABASE \"" + database_ +
      "\" SET extra_float_digits = 0");
  for (const auto mode : {connection_mode::query, connection_mode::replication}) {
    const auto db = connect(mode);
    const auto rows =
        done(db->query("SELECT '2024-02-29 12:00:00+05:30'::timestamptz, '\\x01'::bytea, '1 day 2 "
                       "hours'::interval, 0.1::float8 + 0.2, "
                       "current_setting('application_name'), current_setting('client_encoding')"));
    EXPECT_EQ(rows.text(0, 0), "2024-02-29 06:30:00+00");
    EXPECT_EQ(rows.text(0, 1), "\\x01");
    EXPECT_EQ(rows.text(0, 2), "1 day 02:00:00");
    EXPECT_EQ(rows.text(0, 3), "0.30000000000000004");
    EXPECT_EQ(rows.text(0, 4), "tidewire");
    EXPECT_EQ(rows.text(0, 5), "UTF8");
  }
}

TEST_F(IntegrationConnection, ResolvesNamesAndTriesEachAddress) {
  auto to = options();
  to.host = "localhost";  // ::1 as well, where nobody listens
  const auto db = done(connection::open(to, connection_mode::query));
  EXPECT_TRUE(db->healthy());
}

TEST_F(IntegrationConnection, SpeaksOverAUnixSocket) {
  auto to = options();
  to.host = cluster().folder();
  const auto db = done(connection::open(to, connection_mode::query));
  EXPECT_EQ(done(db->query("SELECT inet_client_addr() IS NULL")).text(0, 0), "t");
}

TEST_F(IntegrationConnection, NoTimeoutOfTheDatabasesOwnEndsASession) {
  std::vector<std::string> timeouts = {
      "statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"};
  if (connect()->server_version() >= 170000) timeouts.emplace_back("transaction_timeout");
  for (const std::string& name : timeouts)
    sql("ALTER DATABASE " + quote_identifier(database_) + " SET " + name + " = '1h'");
  for (const auto mode : {connection_mode::query, connection_mode::replication}) {
    const auto db = connect(mode);
    for (const std::string& name : timeouts)
      EXPECT_EQ(done(db->query("SHOW " + name)).text(0, 0), "0") << name;
  }
}

TEST_F(IntegrationConnection, RunsTheInitialStatements) {
  auto to = options();
  to.initial_statements = {"SET search_path TO elsewhere", "SET work_mem TO '1MB'"};
  const auto db = done(connection::open(to, connection_mode::query));
  EXPECT_EQ(done(db->query("SHOW search_path")).text(0, 0), "elsewhere");
}

TEST_F(IntegrationConnection, NamesAWrongPassword) {
  sql("DROP ROLE IF EXISTS scram_user; CREATE ROLE scram_user LOGIN PASSWORD 'right'");
  cluster().allow("host all scram_user 127.0.0.1/32 scram-sha-256");
  auto to = options();
  to.user = "scram_user";
  to.password = "right";
  EXPECT_TRUE(done(connection::open(to, connection_mode::query))->healthy());

  to.password = "wrong";
  const auto f = refused(connection::open(to, connection_mode::query));
  EXPECT_EQ(f.sqlstate, "28P01");
  EXPECT_EQ(f.what, remedy::none);
  EXPECT_NE(f.message.find("password authentication failed for user \"scram_user\""),
            std::string::npos)
      << f.message;
  EXPECT_EQ(f.message.find("wrong"), std::string::npos);

  to.password.clear();
  EXPECT_EQ(refused(connection::open(to, connection_mode::query)).what, remedy::none);
}

TEST_F(IntegrationConnection, NamesAMissingDatabaseAndAMissingRole) {
  auto to = options();
  to.dbname = "nowhere";
  auto f = refused(connection::open(to, connection_mode::query));
  EXPECT_EQ(f.sqlstate, "3D000");
  EXPECT_NE(f.message.find("\"nowhere\" does not exist"), std::string::npos) << f.message;
  to = options();
  to.user = "nobody_here";
  f = refused(connection::open(to, connection_mode::replication));
  EXPECT_EQ(f.sqlstate, "28000");
  EXPECT_EQ(f.what, remedy::none);
}

TEST_F(IntegrationConnection, ARefusedPortAndAnUnknownHostAreTriedAgainLater) {
  auto to = options();
  to.port = 1;
  EXPECT_EQ(refused(connection::open(to, connection_mode::query)).what, remedy::retry);
  to = options();
  to.host = "no-such-host.invalid";
  const auto f = refused(connection::open(to, connection_mode::query));
  EXPECT_EQ(f.what, remedy::retry);
  EXPECT_NE(f.message.find("cannot be resolved"), std::string::npos) << f.message;
}

TEST_F(IntegrationConnection, GivesUpOnAServerThatDoesNotAnswer) {
  asio::ip::tcp::acceptor silent(io_, {asio::ip::make_address("127.0.0.1"), 0});
  auto to = options();
  to.port = silent.local_endpoint().port();
  to.connect_ms_max = milliseconds(200);
  const auto f = refused(connection::open(to, connection_mode::query));
  EXPECT_EQ(f.code, errc::deadline_exceeded);
  EXPECT_EQ(f.what, remedy::retry);
}

TEST_F(IntegrationConnection, CanBeAskedAgainAfterAnSqlError) {
  const auto db = connect();
  const auto f = refused(db->query("SELECT nothing_of_that_name"));
  EXPECT_EQ(f.sqlstate, "42703");
  EXPECT_EQ(f.code, errc::query_failed);
  EXPECT_EQ(done(db->query("SELECT 1")).integer(0, 0), 1);
}

TEST_F(IntegrationConnection, CancelsAStatementThatTakesTooLong) {
  auto to = options();
  to.query_ms_max = milliseconds(3000);  // the connection is opened under it, too
  const auto db = done(connection::open(to, connection_mode::query));
  const auto f = refused(db->query("SELECT pg_sleep(600)"));
  EXPECT_EQ(f.code, errc::deadline_exceeded);
  EXPECT_FALSE(db->healthy());
  EXPECT_TRUE(in_time([&] {
    return sql("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'") == "0";
  }));
}

TEST_F(IntegrationConnection, SaysThatItWasTerminated) {
  const auto db = connect();
  sql("SELECT pg_terminate_backend(" + std::to_string(db->backend_pid()) + ")");
  const auto f = refused(db->query("SELECT 1"));
  EXPECT_EQ(f.what, remedy::retry);
  EXPECT_EQ(f.code, errc::connection_lost);
  EXPECT_FALSE(db->healthy());
}

TEST_F(IntegrationConnection, StreamsACopyAndCanBeAskedAgain) {
  const auto db = connect();
  done(db->start_copy("COPY (SELECT n FROM generate_series(1, 50000) n) TO STDOUT"));
  std::int64_t sum = 0;
  for (bool more = true; more;) {
    std::string_view line;
    switch (db->try_copy_data(line)) {
      case copy_state::data:
        sum += std::stoll(std::string(line));
        break;
      case copy_state::would_block:
        done(db->wait_readable(patience_ends()));
        break;
      case copy_state::ended:
        more = false;
        break;
      case copy_state::failed:
        FAIL() << describe(db->copy_failure());
    }
  }
  done(db->end_copy());
  EXPECT_EQ(sum, 50000LL * 50001 / 2);
  EXPECT_EQ(done(db->query("SELECT 1")).integer(0, 0), 1);
}

TEST_F(IntegrationConnection, TellsAnErrorInTheMiddleOfACopy) {
  const auto db = connect();
  done(db->start_copy("COPY (SELECT 1 / (3000 - n) FROM generate_series(1, 5000) n) TO STDOUT"));
  std::string_view line;
  copy_state state = copy_state::data;
  while (state == copy_state::data || state == copy_state::would_block) {
    state = db->try_copy_data(line);
    if (state == copy_state::would_block) done(db->wait_readable(patience_ends()));
  }
  failure f;
  if (state == copy_state::failed) {
    f = db->copy_failure();
  } else {
    f = refused(db->end_copy());
  }
  EXPECT_EQ(f.sqlstate, "22012");
}

TEST_F(IntegrationConnection, RefusesACopyThatIsNone) {
  const auto db = connect();
  EXPECT_EQ(refused(db->start_copy("COPY (SELECT 1 FROM nowhere) TO STDOUT")).sqlstate, "42P01");
  EXPECT_EQ(refused(db->start_copy("SELECT 1")).code, errc::unexpected_answer);
  EXPECT_EQ(done(db->query("SELECT 1")).integer(0, 0), 1);
}

TEST_F(IntegrationConnection, AWaitEndsByItsTimeOrByAWake) {
  const auto db = connect();
  EXPECT_FALSE(done(db->wait_readable(steady_clock::now() + milliseconds(30))));
  asio::steady_timer soon(io_, milliseconds(30));
  soon.async_wait([&](error_code) { db->wake(); });
  const auto end = patience_ends();
  EXPECT_FALSE(done(db->wait_readable(end)));
  EXPECT_LT(steady_clock::now(), end);
  db->wake();
  EXPECT_FALSE(done(db->wait_readable(end)));
  EXPECT_LT(steady_clock::now(), end);
  asio::steady_timer later(io_, milliseconds(30));
  later.async_wait([&](error_code) { db->close(); });
  EXPECT_EQ(refused(db->wait_readable(end)).code, errc::connection_lost);
}

}  // namespace
}  // namespace tidewire::postgres
