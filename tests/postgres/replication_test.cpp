#include "postgres/replication.hpp"

#include "postgres/publication.hpp"
#include "postgres/replication_fixture.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tidewire::postgres {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

class IntegrationReplication : public replication_test {};

TEST_F(IntegrationReplication, ConfirmsOnlyWhatItWasToldIsDurable) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  const auto session = start({}, milliseconds(100));
  report(*session);
  sql("INSERT INTO t VALUES (1)");
  read(*session, 1);
  const auto first = last_end_;
  sql("INSERT INTO t VALUES (2)");
  read(*session, 1);
  session->confirm(first);
  EXPECT_EQ(session->confirmed(), first);
  EXPECT_TRUE(eventually([&] { return slot_column("confirmed_flush_lsn") == to_string(first); }))
      << slot_column("confirmed_flush_lsn");
  EXPECT_GT(session->received(), first);
}

TEST_F(IntegrationReplication, GoesOnReportingWhileNobodyReads) {
  prepare("CREATE TABLE t (id int PRIMARY KEY, v text)");
  sql("ALTER SYSTEM SET wal_sender_timeout = '6s'");
  cluster().reload();
  const auto session = start();  // its interval of 10 s is cut down to a third of the timeout
  report(*session);
  sql("INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 20000) n");
  const std::string begun = sql("SELECT clock_timestamp()");
  EXPECT_TRUE(eventually([&] {
    return sql("SELECT reply_time > '" + begun +
               "'::timestamptz + interval '8s' FROM pg_stat_replication") == "t";
  }));
  EXPECT_FALSE(reporting_ended_);
  EXPECT_EQ(read(*session, 1).size(), 20001U);
  sql("ALTER SYSTEM RESET wal_sender_timeout");
  cluster().reload();
}

TEST_F(IntegrationReplication, AKeepaliveTellsAnIdleReaderHowFarTheLogHasGone) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  const auto session = start({}, milliseconds(100));
  report(*session);
  const auto before = parse_lsn(sql("SELECT pg_current_wal_flush_lsn()")).value();
  cluster().sql("postgres",
                "CREATE TABLE IF NOT EXISTS elsewhere (v text); INSERT INTO elsewhere VALUES "
                "(repeat('x', 1000)); SELECT pg_switch_wal()");
  EXPECT_TRUE(eventually([&] {
    xlog_data data;
    while (session->try_next(data) == stream_state::keepalive) {
    }
    return session->last_keepalive().wal_end > before;
  }));
  session->confirm(session->last_keepalive().wal_end);
  session->report_soon();
  EXPECT_TRUE(eventually([&] { return parse_lsn(slot_column("confirmed_flush_lsn")) > before; }));
}

TEST_F(IntegrationReplication, EndsInGoodOrderAndGoesOnFromThere) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  {
    const auto session = start();
    report(*session);
    sql("INSERT INTO t VALUES (1)");
    read(*session, 1);
    session->confirm(last_end_);
    session->stop();
    EXPECT_TRUE(eventually([&] { return reporting_ended_; }));
    EXPECT_FALSE(reporting_failure_.has_value());
    done(session->finish(patience_ends()));
  }
  EXPECT_EQ(slot_column("confirmed_flush_lsn"), to_string(last_end_));
  EXPECT_TRUE(eventually([&] { return slot_column("active") == "f"; }));
  sql("INSERT INTO t VALUES (2)");
  const auto again = start();
  EXPECT_THAT(read(*again, 1), ElementsAre("relation t d", "+ 2"));
}

TEST_F(IntegrationReplication, WithoutConfirmationEverythingComesAgain) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  sql("INSERT INTO t VALUES (1)");
  for (int i = 0; i < 2; ++i) {
    const auto session = start();
    EXPECT_THAT(read(*session, 1), ElementsAre("relation t d", "+ 1"));
    done(session->finish(patience_ends()));
    EXPECT_TRUE(eventually([&] { return slot_column("active") == "f"; }));
  }
}

TEST_F(IntegrationReplication, ATerminatedWalsenderIsARetryAndNothingIsLost) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  const auto session = start();
  sql("INSERT INTO t VALUES (1)");
  read(*session, 1);
  sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 's'; "
      "INSERT INTO t VALUES (2)");
  xlog_data data;
  auto state = stream_state::data;
  while (state != stream_state::failed && state != stream_state::ended) {
    state = session->try_next(data);
    if (state == stream_state::would_block) done(session->wait_readable(patience_ends()));
  }
  EXPECT_EQ(state, stream_state::failed);
  EXPECT_EQ(session->stream_failure().sqlstate, "57P01");
  EXPECT_EQ(session->stream_failure().what, remedy::retry);
  EXPECT_TRUE(eventually([&] { return slot_column("active") == "f"; }));
  const auto again = start(last_end_);
  EXPECT_THAT(read(*again, 1), ElementsAre("relation t d", "+ 2"));
}

TEST_F(IntegrationReplication, ARestartOfTheServerIsARetryAndNothingIsLost) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  const auto session = start({}, milliseconds(100));
  report(*session);
  sql("INSERT INTO t VALUES (1)");
  read(*session, 1);
  session->confirm(last_end_);
  std::thread restarting([&] { cluster().restart(); });
  xlog_data data;
  auto state = stream_state::data;
  while (state != stream_state::failed && state != stream_state::ended) {
    state = session->try_next(data);
    // A server that stops waits until all of its log is confirmed, its own last records too.
    session->confirm(session->received());
    if (state == stream_state::would_block && !attempt(session->wait_readable(patience_ends())))
      break;
    if (state == stream_state::ended) (void)attempt(session->finish(patience_ends()));
  }
  restarting.join();
  EXPECT_EQ(session->stream_failure().what, remedy::retry);
  EXPECT_TRUE(eventually([&] { return reporting_ended_; }));
  sql("INSERT INTO t VALUES (2)");
  // Servers before 17 forget the latest confirmations when they restart: who streams says where
  // from.
  const auto again = start(last_end_);
  EXPECT_THAT(read(*again, 1), ElementsAre("relation t d", "+ 2"));
}

TEST_F(IntegrationReplication, AMissingPublicationIsAFailureOfTheStream) {
  prepare("CREATE TABLE t (id int PRIMARY KEY)");
  replication_options how;
  how.slot = "s";
  how.publication = "it's \"not\" there";
  const auto session = done(replication_session::start(
      connect(connection_mode::replication), how, [] { return std::chrono::system_clock::now(); }));
  sql("INSERT INTO t VALUES (1)");
  xlog_data data;
  auto state = stream_state::data;
  while (state != stream_state::failed && state != stream_state::ended) {
    state = session->try_next(data);
    if (state == stream_state::would_block) done(session->wait_readable(patience_ends()));
  }
  // Since 18 the server only warns, and passes over the changes.
  EXPECT_THAT(session->stream_failure().sqlstate, ::testing::AnyOf("42704", "55000"));
  EXPECT_EQ(session->stream_failure().code, errc::publication_missing);
  EXPECT_NE(session->stream_failure().message.find("it's \"not\" there"), std::string::npos)
      << describe(session->stream_failure());
}

}  // namespace
}  // namespace tidewire::postgres
