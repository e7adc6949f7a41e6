#include "app/demo_cluster.hpp"

#include "base/free_port.hpp"
#include "base/startup_error.hpp"

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace tidewire::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds start_patience{60};

/// PostgreSQL's server programs: on Debian in a folder of their version, not in PATH.
std::string server_programs() {
  std::string newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest_version && fs::exists(entry.path() / "bin" / "initdb")) {
      newest_version = version;
      newest = entry.path() / "bin" / "";
    }
  }
  if (newest.empty())
    throw startup_error("no PostgreSQL server programs under /usr/lib/postgresql; run tools/setup",
                        1);
  return newest;
}

std::string owner() {
  return geteuid() == 0 ? "postgres" : "";
}

void hand_over(const std::string& folder) {
  if (owner().empty()) return;
  const passwd* const user = getpwnam("postgres");
  if (user == nullptr || chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw startup_error("cannot give " + folder + " to the user postgres", 1);
}

std::string contents(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

demo_cluster::demo_cluster(const std::string& folder)
    : folder_(folder + "/postgres"), programs_(server_programs()), port_(free_port()) {
  fs::create_directory(folder_);
  hand_over(folder_);
  make();
  start();
}

std::string demo_cluster::psql_command(const std::string& database) const {
  return fmt::format("psql -h 127.0.0.1 -p {} -U postgres -d {}", port_, database);
}

void demo_cluster::make() {
  const std::string log = folder_ + "/initdb.log";
  child_process initdb({.command = {programs_ + "initdb",
                                    "-D",
                                    folder_ + "/data",
                                    "-U",
                                    "postgres",
                                    "-A",
                                    "trust",
                                    "-E",
                                    "UTF8",
                                    "--locale=C.UTF-8",
                                    "--no-sync"},
                        .environment = {},
                        .user = owner(),
                        .output_file = log});
  if (initdb.wait() != 0) throw startup_error("initdb failed:\n" + contents(log), 1);
}

void demo_cluster::start() {
  const std::string log = folder_ + "/server.log";
  server_.emplace(child_process::options{.command = {programs_ + "postgres",
                                                     "-D",
                                                     folder_ + "/data",
                                                     "-p",
                                                     std::to_string(port_),
                                                     "-k",
                                                     folder_,
                                                     "-c",
                                                     "listen_addresses=127.0.0.1",
                                                     "-c",
                                                     "wal_level=logical",
                                                     "-c",
                                                     "fsync=off",
                                                     "-c",
                                                     "timezone=UTC"},
                                         .environment = {},
                                         .user = owner(),
                                         .output_file = log,
                                         .stop_signal = SIGINT});
  const auto patience_ends = std::chrono::steady_clock::now() + start_patience;
  while (!answers()) {
    if (server_->exit_code() || std::chrono::steady_clock::now() > patience_ends)
      throw startup_error("PostgreSQL did not start:\n" + contents(log), 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

bool demo_cluster::answers() const {
  child_process probe(
      {.command = {programs_ + "pg_isready", "-q", "-h", "127.0.0.1", "-p", std::to_string(port_)},
       .environment = {}});
  return probe.wait() == 0;
}

void demo_cluster::run(const std::string& database, const std::string& sql) const {
  const std::string log = folder_ + "/../psql.log";
  fs::remove(log);
  child_process psql({.command = {programs_ + "psql",
                                  "-X",
                                  "-q",
                                  "-h",
                                  "127.0.0.1",
                                  "-p",
                                  std::to_string(port_),
                                  "-U",
                                  "postgres",
                                  "-d",
                                  database,
                                  "-v",
                                  "ON_ERROR_STOP=1",
                                  "-c",
                                  sql},
                      .environment = {},
                      .output_file = log});
  if (psql.wait() != 0) throw startup_error("psql failed:\n" + contents(log), 1);
}

void demo_cluster::stop() {
  if (server_) server_->stop(std::chrono::seconds(10));
}

}  // namespace tidewire::app
