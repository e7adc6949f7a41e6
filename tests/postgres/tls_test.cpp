#include "http/test_authority.hpp"
#include "postgres/backlog.hpp"
#include "postgres/connection.hpp"
#include "postgres/database_fixture.hpp"
#include "postgres/replication.hpp"
#include "postgres/slot.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

/// Encrypted connections, and what libpq takes from its own files.
namespace tidewire::postgres {
namespace {

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
}

/// An environment variable of this process, put back at the end.
class variable {
 public:
  variable(const char* name, const std::string& value) : name_(name) {
    if (const char* const before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  variable(const variable&) = delete;
  variable& operator=(const variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

/// The shared server with TLS switched on for these tests: a certificate for `localhost` and no
/// other name, by an authority of our own.
class IntegrationTls : public database_test {
 protected:
  static void SetUpTestSuite() {
    const testing::test_authority ours;
    const testing::test_authority another("somebody else's authority");
    const testing::test_authority renewed;  // the name of ours, and another key
    const auto who = ours.issue("DNS:localhost");
    give_to_server("server.crt", who.certificate_pem);
    give_to_server("server.key", who.key_pem);
    write_file(cluster().folder() + "/ca.pem", ours.certificate_pem());
    write_file(cluster().folder() + "/other-ca.pem", another.certificate_pem());
    write_file(cluster().folder() + "/renewed-ca.pem", renewed.certificate_pem());
    cluster().sql("postgres", "ALTER SYSTEM SET ssl = on");
    cluster().restart();
  }
  static void TearDownTestSuite() {
    cluster().sql("postgres", "ALTER SYSTEM RESET ssl");
    cluster().restart();
  }

  connection_options by_tls(const std::string& mode, const std::string& authority = {}) const {
    auto to = options();
    to.host = "localhost";
    to.sslmode = mode;
    if (!authority.empty()) to.sslrootcert = cluster().folder() + "/" + authority;
    return to;
  }

  /// What stands between BEGIN and COMMIT; all that came where the stream ends before.
  int changes_until_commit(change_source& source) {
    int changes = 0;
    for (;;) {
      xlog_data data;
      const auto state = source.try_next(data);
      if (state == stream_state::failed || state == stream_state::ended) return changes;
      if (state == stream_state::would_block)
        attempt(source.wait_readable(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
      if (state != stream_state::data || data.payload.front() == 'B') continue;
      if (data.payload.front() == 'C') return changes;
      ++changes;
    }
  }

  std::string tls_of(connection& db) {
    const auto rows = done(db.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
    return std::string(rows.text(0, 0));
  }

 private:
  static void give_to_server(const std::string& name, const std::string& text) {
    const std::string path = cluster().data_folder() + "/" + name;
    write_file(path, text);
    if (::geteuid() != 0) return;
    const passwd* const postgres = ::getpwnam("postgres");
    ASSERT_NE(postgres, nullptr);
    ASSERT_EQ(::chown(path.c_str(), postgres->pw_uid, postgres->pw_gid), 0);
  }
};

TEST_F(IntegrationTls, EncryptsQueriesAndReplicationWhenItIsRequired) {
  for (const auto mode : {connection_mode::query, connection_mode::replication}) {
    const auto db = done(connection::open(by_tls("require"), mode));
    EXPECT_EQ(tls_of(*db), "t");
  }
  const auto plain = done(connection::open(by_tls("disable"), connection_mode::query));
  EXPECT_EQ(tls_of(*plain), "f");
}

TEST_F(IntegrationTls, ChecksTheServersNameAgainstItsCertificate) {
  const auto db = done(connection::open(by_tls("verify-full", "ca.pem"), connection_mode::query));
  EXPECT_EQ(tls_of(*db), "t");

  auto by_address = by_tls("verify-full", "ca.pem");
  by_address.host = "127.0.0.1";
  const auto why = refused(connection::open(by_address, connection_mode::query));
  EXPECT_EQ(why.what, remedy::none);
  EXPECT_NE(why.message.find("server certificate for \"localhost\""), std::string::npos)
      << why.message;
  EXPECT_NE(why.message.find("does not match host name \"127.0.0.1\""), std::string::npos)
      << why.message;
  by_address.sslmode = "verify-ca";
  EXPECT_TRUE(attempt(connection::open(by_address, connection_mode::query)).has_value());
}

TEST_F(IntegrationTls, RefusesAServerThatAnotherAuthorityVouchesFor) {
  for (const char* const mode : {"verify-ca", "verify-full"}) {
    for (const char* const authority : {"other-ca.pem", "renewed-ca.pem"}) {
      const auto why = refused(connection::open(by_tls(mode, authority), connection_mode::query));
      EXPECT_EQ(why.what, remedy::none) << "waiting does not change it";
      EXPECT_NE(why.message.find("certificate verify failed"), std::string::npos) << why.message;
      EXPECT_NE(why.message.find("localhost"), std::string::npos) << why.message;
    }
  }
}

TEST_F(IntegrationTls, SaysThatTheAuthoritysFileIsMissing) {
  const auto why =
      refused(connection::open(by_tls("verify-full", "no-such.pem"), connection_mode::query));
  EXPECT_EQ(why.what, remedy::none);
  EXPECT_NE(why.message.find("no-such.pem"), std::string::npos) << why.message;
}

TEST_F(IntegrationTls, ReadsABacklogOverAnEncryptedConnection) {
  sql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR TABLE t");
  done(create_slot(*connect(connection_mode::replication), "s"));
  sql("INSERT INTO t SELECT id, repeat(md5(id::text), 20) FROM generate_series(1, 2000) id");
  backlog_options how;
  how.slot = "s";
  how.publication = "p";
  how.pieces = {.piece_min = 65'536, .piece_max = 262'144};
  const auto backlog = done(backlog_session::open(by_tls("require"), how));
  int changes = 0;
  for (;;) {
    xlog_data data;
    const auto state = backlog->try_next(data);
    if (state == stream_state::caught_up) break;
    ASSERT_NE(state, stream_state::failed) << describe(backlog->stream_failure());
    if (state == stream_state::data) ++changes;
    if (state == stream_state::would_block) done(backlog->wait_readable(patience_ends()));
  }
  EXPECT_EQ(changes, 2003) << "with the begin, the table and the commit";
}

TEST_F(IntegrationTls, StreamsOverAnEncryptedConnection) {
  sql("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE PUBLICATION p FOR TABLE t");
  auto link = done(connection::open(by_tls("verify-full", "ca.pem"), connection_mode::replication));
  done(create_slot(*link, "s"));
  replication_options how;
  how.slot = "s";
  how.publication = "p";
  how.status_interval = std::chrono::milliseconds(50);
  const auto session = done(replication_session::start(
      std::move(link), how, [] { return std::chrono::system_clock::now(); }));
  bool reporting = true;
  asio::co_spawn(io_,
                 session->keep_reporting(),
                 [&](const std::exception_ptr&, const outcome<nothing>&) { reporting = false; });
  EXPECT_EQ(sql("SELECT ssl FROM pg_stat_ssl JOIN pg_replication_slots ON pid = active_pid"), "t");

  // Rows of every size from small to many TLS records, and more than a socket holds.
  sql("INSERT INTO t SELECT id, repeat(md5(id::text), id) FROM generate_series(1, 2000) id");
  EXPECT_EQ(changes_until_commit(*session), 2001) << "with the table";
  const lsn all = session->received();
  session->confirm(all);
  const std::string told = "SELECT flush_lsn >= '" + to_string(all) + "' FROM pg_stat_replication";
  for (int i = 0; i < 200 && sql(told) != "t"; ++i)
    attempt(
        session->wait_readable(std::chrono::steady_clock::now() + std::chrono::milliseconds(50)));
  EXPECT_EQ(sql(told), "t");

  sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots");
  EXPECT_EQ(changes_until_commit(*session), 0);
  EXPECT_EQ(session->stream_failure().sqlstate, "57P01") << describe(session->stream_failure());
  session->stop();
  while (reporting) {
    io_.restart();
    io_.run_one();
  }
}

class IntegrationLibpqFiles : public database_test {
 protected:
  void SetUp() override {
    database_test::SetUp();
    sql("DROP ROLE IF EXISTS file_user; CREATE ROLE file_user LOGIN REPLICATION PASSWORD 'from a "
        "file'");
    cluster().allow("host all file_user 127.0.0.1/32 scram-sha-256");
  }
  void TearDown() override {
    database_test::TearDown();
    sql("DROP ROLE file_user");
  }
};

TEST_F(IntegrationLibpqFiles, ThePasswordFileIsAskedWhereNoPasswordIsSet) {
  auto to = options();
  to.user = "file_user";
  EXPECT_EQ(refused(connection::open(to, connection_mode::query)).what, remedy::none);

  const std::string file = cluster().folder() + "/passwords";
  write_file(file, "127.0.0.1:" + std::to_string(cluster().port()) + ":*:file_user:from a file\n");
  const variable passwords("PGPASSFILE", file);
  const auto db = done(connection::open(to, connection_mode::query));
  EXPECT_EQ(done(db->query("SELECT current_user")).text(0, 0), "file_user");
  to.password = "another";
  EXPECT_EQ(refused(connection::open(to, connection_mode::query)).sqlstate, "28P01")
      << "what is set wins";
}

TEST_F(IntegrationLibpqFiles, TheServiceFileSaysWhatTheOptionsLeaveOpen) {
  const std::string file = cluster().folder() + "/services";
  write_file(file,
             "[inventory]\nhost=127.0.0.1\nport=" + std::to_string(cluster().port()) +
                 "\nuser=file_user\npassword=from a file\ndbname=" + database_ + "\n");
  const variable services("PGSERVICEFILE", file);
  const variable service("PGSERVICE", "inventory");
  for (const auto mode : {connection_mode::query, connection_mode::replication}) {
    const auto db = done(connection::open(connection_options{}, mode));
    const auto rows = done(db->query("SELECT current_user, current_database()"));
    EXPECT_EQ(rows.text(0, 0), "file_user");
    EXPECT_EQ(rows.text(0, 1), database_);
  }
  connection_options to;
  to.user = "postgres";
  const auto db = done(connection::open(to, connection_mode::query));
  EXPECT_EQ(done(db->query("SELECT current_user")).text(0, 0), "postgres");
}

}  // namespace
}  // namespace tidewire::postgres
