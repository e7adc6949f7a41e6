#include "postgres/connection_parameters.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tidewire::postgres {
namespace {

std::map<std::string, std::string> parameters_of(const connection_options& to,
                                                 connection_mode mode = connection_mode::query,
                                                 const std::vector<std::string>& addresses = {}) {
  const auto list = libpq_parameters(to, mode, addresses);
  return {list.begin(), list.end()};
}

TEST(ConnectionParameters, LeaveToLibpqWhatTheUserDidNotSet) {
  const auto given = parameters_of({});
  for (const char* const name : {"host",
                                 "hostaddr",
                                 "port",
                                 "user",
                                 "password",
                                 "dbname",
                                 "sslmode",
                                 "sslrootcert",
                                 "sslcert",
                                 "sslkey",
                                 "sslpassword"})
    EXPECT_EQ(given.count(name), 0U) << name;
}

TEST(ConnectionParameters, HandOverWhatTheUserSet) {
  connection_options to;
  to.host = "db";
  to.port = 5433;
  to.user = "u";
  to.password = "p";
  to.dbname = "d";
  to.sslmode = "verify-full";
  to.sslrootcert = "/ca";
  const auto given = parameters_of(to);
  EXPECT_EQ(given.at("host"), "db");
  EXPECT_EQ(given.at("port"), "5433");
  EXPECT_EQ(given.at("user"), "u");
  EXPECT_EQ(given.at("password"), "p");
  EXPECT_EQ(given.at("dbname"), "d");
  EXPECT_EQ(given.at("sslmode"), "verify-full");
  EXPECT_EQ(given.at("sslrootcert"), "/ca");
  EXPECT_EQ(given.count("replication"), 0U);
  EXPECT_EQ(parameters_of(to, connection_mode::replication).at("replication"), "database");
}

TEST(ConnectionParameters, TurnOffLaterTimeoutsWhereTheServerKnowsThem) {
  EXPECT_EQ(settings_since(130014), "");
  EXPECT_EQ(settings_since(140000), "SET idle_session_timeout = 0; ");
  EXPECT_EQ(settings_since(169999), "SET idle_session_timeout = 0; ");
  EXPECT_EQ(settings_since(170000), "SET idle_session_timeout = 0; SET transaction_timeout = 0; ");
}

TEST(ConnectionParameters, NameTheHostOncePerAddressSoThatItsCertificateCanBeChecked) {
  connection_options to;
  to.host = "db";
  const auto given = parameters_of(to, connection_mode::query, {"10.0.0.1", "::1"});
  EXPECT_EQ(given.at("host"), "db,db");
  EXPECT_EQ(given.at("hostaddr"), "10.0.0.1,::1");
}

TEST(ConnectionParameters, SwitchTcpKeepaliveOff) {
  connection_options to;
  to.tcp_keepalive = false;
  EXPECT_EQ(parameters_of(to).at("keepalives"), "0");
  EXPECT_EQ(parameters_of({}).at("keepalives"), "1");
}

TEST(ConnectionParameters, OnlyNamesAreLookedUp) {
  EXPECT_TRUE(needs_lookup("localhost"));
  EXPECT_TRUE(needs_lookup("db.example.com"));
  EXPECT_FALSE(needs_lookup(""));
  EXPECT_FALSE(needs_lookup("127.0.0.1"));
  EXPECT_FALSE(needs_lookup("::1"));
  EXPECT_FALSE(needs_lookup("/var/run/postgresql"));
  EXPECT_FALSE(needs_lookup("db1,db2"));
}

TEST(ConnectFailure, FindsTheSqlstateInLibpqsVerboseText) {
  connection_options to;
  to.host = "h";
  to.user = "u";
  to.password = "secret";
  const auto f = connect_failure(
      "connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password "
      "authentication failed for user \"u\"\n"
      "LOCATION:  auth_failed, auth.c:335\n",
      to);
  EXPECT_EQ(f.sqlstate, "28P01");
  EXPECT_EQ(f.what, remedy::none);
  EXPECT_EQ(f.code, errc::connection_failed);
  EXPECT_EQ(f.message,
            "cannot connect to u@h: connection to server at \"h\" (10.0.0.1), port 5432 failed: "
            "FATAL:  password authentication failed for user \"u\"");
  EXPECT_EQ(describe(f).find("secret"), std::string::npos);
}

TEST(ConnectFailure, AStartingServerIsWaitedFor) {
  const auto f = connect_failure(
      "failed: SCHWERWIEGEND:  57P03: das Datenbanksystem startet\nLOCATION:  x, y.c:1\n", {});
  EXPECT_EQ(f.sqlstate, "57P03");
  EXPECT_EQ(f.what, remedy::retry);
}

TEST(ConnectFailure, ARefusedConnectionIsTriedAgainButAMissingPasswordIsNot) {
  EXPECT_EQ(connect_failure(
                "connection to server failed: Connection refused\n\tIs the server running?\n", {})
                .what,
            remedy::retry);
  EXPECT_EQ(
      connect_failure("connection to server failed: fe_sendauth: no password supplied\n", {}).what,
      remedy::none);
}

TEST(Quoting, DoublesQuotesInNamesAndTexts) {
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  EXPECT_EQ(quote_literal("a\\b"), "E'a\\\\b'");
}

}  // namespace
}  // namespace tidewire::postgres
