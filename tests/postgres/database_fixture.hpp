#pragma once

#include "postgres/connection.hpp"
#include "support/postgres_cluster.hpp"
#include "support/run_task.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace tidewire::postgres {

/// How long anything is waited for. What is waited for comes soon, but not on a busy machine.
constexpr std::chrono::seconds patience{120};

inline std::chrono::steady_clock::time_point patience_ends() {
  return std::chrono::steady_clock::now() + patience;
}

/// A database of the test's own, and the verbs of the room as plain calls. \throws
/// boost::system::system_error with the failure's words.
class database_test : public ::testing::Test {
 protected:
  static testing::postgres_cluster& cluster() { return testing::postgres_cluster::shared(); }

  void SetUp() override {
    database_ = cluster().create_database(
        std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()).substr(0, 60));
  }
  /// The next test's slot may have the name of this one's.
  void TearDown() override {
    EXPECT_TRUE(in_time([] {
      cluster().sql(
          "postgres",
          "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active;"
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT "
          "active");
      return cluster().sql("postgres", "SELECT count(*) FROM pg_replication_slots") == "0";
    }));
  }

  connection_options options() const {
    connection_options to;
    to.host = "127.0.0.1";
    to.port = cluster().port();
    to.user = "postgres";
    to.dbname = database_;
    return to;
  }

  template <class T>
  outcome<T> attempt(call<T> step) {
    return testing::run_task(io_, std::move(step));
  }
  template <class T>
  T done(call<T> step) {
    return std::move(attempt(std::move(step))).value();
  }
  template <class T>
  failure refused(call<T> step) {
    auto answer = attempt(std::move(step));
    EXPECT_FALSE(answer.has_value());
    return answer ? failure{} : std::move(answer).error();
  }

  std::unique_ptr<connection> connect(connection_mode mode = connection_mode::query) {
    return done(connection::open(options(), mode));
  }
  std::string sql(const std::string& script) const { return cluster().sql(database_, script); }

  /// Whether the server comes to say so. Nothing of ours runs meanwhile.
  static bool in_time(const std::function<bool()>& holds) {
    for (const auto end = patience_ends(); !holds();) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  asio::io_context io_{1};
  std::string database_;
};

}  // namespace tidewire::postgres
