#include "postgres/replication.hpp"

#include "postgres/catalog.hpp"
#include "postgres/database_fixture.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/publication.hpp"
#include "postgres/slot.hpp"
#include "postgres/table_merge.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gmock/gmock.h>

#include <functional>
#include <thread>

namespace tidewire::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;

std::string printed(tuple_view row) {
  std::string text;
  for (const value_view& value : row) {
    if (!text.empty()) text += '|';
    if (value.kind == value_kind::null) {
      text += "~";
    } else if (value.kind == value_kind::unchanged_toast) {
      text += "(toast)";
    } else {
      text += value.bytes;
    }
  }
  return text;
}

/// What a stream says, as short lines.
std::string told(const pgoutput_message& message) {
  struct teller {
    std::string operator()(const begin_message&) const { return "begin"; }
    std::string operator()(const commit_message&) const { return "commit"; }
    std::string operator()(const origin_message& m) const {
      return "origin " + std::string(m.name);
    }
    std::string operator()(const relation_message& m) const {
      return "relation " + std::string(m.name) + ' ' + static_cast<char>(m.identity);
    }
    std::string operator()(const type_message& m) const { return "type " + std::string(m.name); }
    std::string operator()(const insert_message& m) const { return "+ " + printed(m.new_row); }
    std::string operator()(const update_message& m) const {
      const char* const kinds[] = {"", "key ", "full "};
      return "u " +
             (m.old_kind == old_row_kind::none
                  ? ""
                  : kinds[static_cast<int>(m.old_kind)] + printed(m.old_row) + " > ") +
             printed(m.new_row);
    }
    std::string operator()(const delete_message& m) const {
      return (m.old_kind == old_row_kind::key ? "- key " : "- full ") + printed(m.old_row);
    }
    std::string operator()(const truncate_message& m) const {
      return "truncate " + std::to_string(m.relations.size()) + (m.cascade ? " cascade" : "") +
             (m.restart_identity ? " restart" : "");
    }
    std::string operator()(const logical_message& m) const {
      return (m.transactional ? "message " : "message! ") + std::string(m.prefix) + ' ' +
             std::string(m.content);
    }
  };
  return std::visit(teller{}, message);
}

class IntegrationReplication : public database_test {
 protected:
  void prepare(const std::string& setup) {
    sql(setup + "; CREATE PUBLICATION p FOR ALL TABLES");
    done(create_slot(*connect(connection_mode::replication), "s"));
  }

  std::unique_ptr<replication_session> start(lsn from = {}, milliseconds interval = seconds(10)) {
    replication_options how;
    how.slot = "s";
    how.publication = "p";
    how.start = from;
    how.status_interval = interval;
    return done(replication_session::start(connect(connection_mode::replication), how, [] {
      return std::chrono::system_clock::now();
    }));
  }

  /// Reads until `commits` transactions have ended; Begins and Commits themselves are not told.
  std::vector<std::string> read(replication_session& session, int commits) {
    std::vector<std::string> lines;
    while (commits > 0) {
      xlog_data data;
      const auto state = session.try_next(data);
      if (state == stream_state::would_block) {
        const auto readable = attempt(session.wait_readable(steady_clock::now() + seconds(10)));
        if (!readable || !*readable) {
          ADD_FAILURE() << "nothing comes" << (readable ? "" : describe(readable.error()));
          return lines;
        }
      } else if (state == stream_state::data) {
        const auto message = decoder_.decode(data.payload);
        if (!message) {
          ADD_FAILURE() << message.error().message();
          return lines;
        }
        if (const auto* commit = std::get_if<commit_message>(&*message)) {
          last_end_ = commit->end_lsn;
          --commits;
        } else if (!std::holds_alternative<begin_message>(*message)) {
          lines.push_back(told(*message));
        }
      } else if (state != stream_state::keepalive) {
        ADD_FAILURE() << describe(session.stream_failure());
        return lines;
      }
    }
    return lines;
  }

  std::string slot_column(const std::string& column) const {
    return cluster().sql("postgres",
                         "SELECT " + column + " FROM pg_replication_slots WHERE slot_name = 's'");
  }
  bool eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 100; ++i) {
      if (holds()) return true;
      asio::steady_timer pause(io_, milliseconds(50));
      pause.async_wait([&](error_code) { io_.stop(); });
      io_.restart();
      io_.run();
    }
    return false;
  }
  /// Lets keep_reporting() run whenever a test runs anything else.
  void report(replication_session& session) {
    asio::co_spawn(
        io_, session.keep_reporting(), [this](std::exception_ptr, outcome<nothing> ended) {
          reporting_ended_ = true;
          if (!ended) reporting_failure_ = ended.error();
        });
  }

  pgoutput_decoder decoder_;
  lsn last_end_;
  bool reporting_ended_ = false;
  std::optional<failure> reporting_failure_;
};

TEST_F(IntegrationReplication, StreamsChangesUnderTheDefaultIdentity) {
  prepare("CREATE TABLE t (id int PRIMARY KEY, v text)");
  const auto session = start();
  sql("BEGIN; INSERT INTO t VALUES (1, 'a'), (2, NULL); UPDATE t SET v = 'b' WHERE id = 1; UPDATE "
      "t SET id = 3 WHERE id = 2; DELETE FROM t; COMMIT");
  EXPECT_THAT(
      read(*session, 1),
      ElementsAre(
          "relation t d", "+ 1|a", "+ 2|~", "u 1|b", "u key 2|~ > 3|~", "- key 1|~", "- key 3|~"));
}

TEST_F(IntegrationReplication, StreamsChangesUnderIdentityFull) {
  prepare("CREATE TABLE t (id int PRIMARY KEY, v text); ALTER TABLE t REPLICA IDENTITY FULL");
  const auto session = start();
  sql("BEGIN; INSERT INTO t VALUES (1, 'a'); UPDATE t SET v = 'b'; DELETE FROM t; COMMIT");
  EXPECT_THAT(read(*session, 1),
              ElementsAre("relation t f", "+ 1|a", "u full 1|a > 1|b", "- full 1|b"));
}

TEST_F(IntegrationReplication, StreamsChangesUnderAnIndexAsIdentity) {
  prepare(
      "CREATE TABLE t (id int PRIMARY KEY, b int NOT NULL UNIQUE); ALTER TABLE t REPLICA IDENTITY "
      "USING INDEX t_b_key");
  const auto session = start();
  sql("BEGIN; INSERT INTO t VALUES (1, 10); UPDATE t SET b = 11; DELETE FROM t; COMMIT");
  EXPECT_THAT(read(*session, 1),
              ElementsAre("relation t i", "+ 1|10", "u key ~|10 > 1|11", "- key ~|11"));
}

TEST_F(IntegrationReplication, StreamsInsertsUnderIdentityNothing) {
  prepare("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t REPLICA IDENTITY NOTHING");
  const auto session = start();
  sql("INSERT INTO t VALUES (1)");
  EXPECT_THAT(read(*session, 1), ElementsAre("relation t n", "+ 1"));
}

TEST_F(IntegrationReplication, MarksAnUnchangedValueThatIsStoredOutOfLine) {
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

TEST_F(IntegrationReplication, TellsTruncatesMessagesAndTypes) {
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

TEST_F(IntegrationReplication, MergesARelationWithTheCatalogue) {
  prepare("CREATE TABLE t (b int NOT NULL DEFAULT 5, a int, v text, PRIMARY KEY (a, b))");
  const auto session = start();
  sql("INSERT INTO t VALUES (1, 2, 'x')");
  xlog_data data;
  std::optional<table> merged;
  while (!merged) {
    const auto state = session->try_next(data);
    ASSERT_NE(state, stream_state::failed);
    if (state == stream_state::would_block)
      done(session->wait_readable(steady_clock::now() + seconds(10)));
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
  sql("ALTER SYSTEM SET wal_sender_timeout = '2s'; SELECT pg_reload_conf()");
  const auto session = start();  // its interval of 10 s is cut down to a third of the timeout
  report(*session);
  sql("INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 20000) n");
  asio::steady_timer pause(io_, seconds(4));
  pause.async_wait([&](error_code) { io_.stop(); });
  io_.restart();
  io_.run();
  EXPECT_FALSE(reporting_ended_);
  EXPECT_EQ(read(*session, 1).size(), 20001U);
  sql("ALTER SYSTEM RESET wal_sender_timeout; SELECT pg_reload_conf()");
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
    done(session->finish(steady_clock::now() + seconds(5)));
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
    done(session->finish(steady_clock::now() + seconds(5)));
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
    if (state == stream_state::would_block)
      done(session->wait_readable(steady_clock::now() + seconds(10)));
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
    if (state == stream_state::would_block &&
        !attempt(session->wait_readable(steady_clock::now() + seconds(10))))
      break;
    if (state == stream_state::ended)
      (void)attempt(session->finish(steady_clock::now() + seconds(5)));
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
    if (state == stream_state::would_block)
      done(session->wait_readable(steady_clock::now() + seconds(10)));
  }
  // Since 18 the server only warns, and passes over the changes.
  EXPECT_THAT(session->stream_failure().sqlstate, ::testing::AnyOf("42704", "55000"));
  EXPECT_EQ(session->stream_failure().code, errc::publication_missing);
  EXPECT_NE(session->stream_failure().message.find("it's \"not\" there"), std::string::npos)
      << describe(session->stream_failure());
}

TEST_F(IntegrationReplication, HandsStreamParametersToThePlugin) {
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
