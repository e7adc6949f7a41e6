#pragma once

#include "support/reserved_port.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::testing {

/// A PostgreSQL of our own for as long as the object lives: initdb and pg_ctl in a temporary
/// folder, a free port, removed at the end. PostgreSQL refuses to run as root: root runs it as user
/// postgres (runuser), everybody else as themselves.
class postgres_cluster {
 public:
  using settings = std::vector<std::pair<std::string, std::string>>;

  explicit postgres_cluster(const settings& extra = {})
      : programs_(find_programs()), folder_(make_folder()) {
    try {
      server({"initdb",
              "-D",
              data_folder(),
              "-A",
              "trust",
              "-U",
              "postgres",
              "-E",
              "UTF8",
              "--locale=C.UTF-8",
              "-N"});
      write_settings(extra);
      start();
    } catch (...) {
      remove();
      throw;
    }
  }
  postgres_cluster(const postgres_cluster&) = delete;
  postgres_cluster& operator=(const postgres_cluster&) = delete;
  ~postgres_cluster() { remove(); }

  /// One cluster for all tests of the process; each test makes a database of its own in it.
  static postgres_cluster& shared() {
    static postgres_cluster cluster;
    return cluster;
  }

  std::uint16_t port() const { return port_.number(); }
  /// Also the folder of its unix socket.
  std::string folder() const { return folder_; }
  std::string data_folder() const { return folder_ + "/data"; }
  std::string program(const std::string& name) const { return programs_ + '/' + name; }

  void start() {
    server({"pg_ctl", "-D", data_folder(), "-w", "-t", patience, "-l", folder_ + "/log", "start"});
  }
  void stop(const std::string& mode = "fast") {
    server({"pg_ctl", "-D", data_folder(), "-w", "-t", patience, "-m", mode, "stop"});
  }
  void restart() {
    stop();
    start();
  }
  /// Until a new connection finds the new settings.
  void reload() {
    const std::string load_time = "SELECT pg_conf_load_time()";
    const std::string before = sql("postgres", load_time);
    server({"pg_ctl", "-D", data_folder(), "reload"});
    for (int i = 0; sql("postgres", load_time) == before; ++i) {
      constexpr int tries = 10'000;
      if (i == tries) throw std::runtime_error("the server does not read its settings again");
      ::usleep(10'000);
    }
  }

  /// Puts lines before the others in pg_hba.conf, and reloads.
  void allow(const std::string& lines) {
    const std::string path = data_folder() + "/pg_hba.conf";
    const std::string before = read_file(path);
    std::ofstream(path) << lines << '\n' << before;
    reload();
  }

  /// Runs a script by psql as user postgres and answers what it prints (unaligned, columns by |,
  /// without a header).
  /// \throws std::runtime_error with psql's words at the first error.
  std::string sql(const std::string& database, const std::string& script) const {
    const auto [code, text] = run({program("psql"),
                                   "-X",
                                   "-q",
                                   "-At",
                                   "-v",
                                   "ON_ERROR_STOP=1",
                                   "-h",
                                   "127.0.0.1",
                                   "-p",
                                   std::to_string(port()),
                                   "-U",
                                   "postgres",
                                   "-d",
                                   database,
                                   "-f",
                                   "-"},
                                  script);
    if (code != 0) throw std::runtime_error("psql failed:\n" + text);
    return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
  }

  /// A fresh database; its name is handed back.
  std::string create_database(const std::string& name) const {
    sql("postgres", "DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
    sql("postgres", "CREATE DATABASE \"" + name + "\" TEMPLATE template0");
    return name;
  }

 private:
  static constexpr const char* patience = "300";  // seconds: the machine may be slow, or busy

  static std::string read_file(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  /// Runs a program to its end -> exit code, and all that it printed. A file and no pipe takes the
  /// output: a server that it leaves behind would keep the pipe open.
  static std::pair<int, std::string> run(const std::vector<std::string>& command,
                                         const std::string& input = {}) {
    std::FILE* const out = std::tmpfile();
    std::FILE* const in = std::tmpfile();
    if (out == nullptr || in == nullptr) throw std::runtime_error("no temporary file to be had");
    std::fwrite(input.data(), 1, input.size(), in);
    std::rewind(in);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(::fileno(in), 0);
      ::dup2(::fileno(out), 1);
      ::dup2(::fileno(out), 2);
      for (int fd = 3; fd < 256; ++fd) ::close(fd);  // the server must not keep our sockets
      if (::chdir("/") == 0) ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    std::string text;
    std::rewind(out);
    char part[4096];
    for (std::size_t size; (size = std::fread(part, 1, sizeof part, out)) > 0;)
      text.append(part, size);
    std::fclose(out);
    std::fclose(in);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, text};
  }

  void server(std::vector<std::string> command) const {
    command[0] = program(command[0]);
    if (::geteuid() == 0) command.insert(command.begin(), {"runuser", "-u", "postgres", "--"});
    const auto [code, text] = run(command);
    if (code != 0) throw std::runtime_error(command.back() + " failed:\n" + text);
  }

  /// Those in TIDEWIRE_POSTGRES_BIN, or else pg_config's, or else the newest installed.
  static std::string find_programs() {
    if (const char* const chosen = std::getenv("TIDEWIRE_POSTGRES_BIN")) return chosen;
    const auto [code, text] = run({"pg_config", "--bindir"});
    if (code == 0 && std::filesystem::exists(text.substr(0, text.find('\n')) + "/pg_ctl"))
      return text.substr(0, text.find('\n'));
    int newest = 0;
    std::error_code ignored;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
      if (std::filesystem::exists(version.path() / "bin/pg_ctl"))
        newest = std::max(newest, std::atoi(version.path().filename().c_str()));
    if (newest == 0)
      throw std::runtime_error("no PostgreSQL server programs found: apt-get install postgresql");
    return "/usr/lib/postgresql/" + std::to_string(newest) + "/bin";
  }

  static std::string make_folder() {
    std::string folder = (std::filesystem::temp_directory_path() / "tidewire-pg-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
      throw std::runtime_error("no temporary folder to be had");
    if (::geteuid() == 0)
      if (const passwd* const postgres = ::getpwnam("postgres");
          postgres == nullptr || ::chown(folder.c_str(), postgres->pw_uid, postgres->pw_gid) != 0)
        throw std::runtime_error("user postgres is missing");
    return folder;
  }

  void write_settings(const settings& extra) const {
    settings all{{"wal_level", "logical"},
                 {"fsync", "off"},
                 {"max_wal_senders", "20"},
                 {"max_replication_slots", "20"},
                 {"listen_addresses", "127.0.0.1"},
                 {"port", std::to_string(port())},
                 {"unix_socket_directories", folder_},
                 {"timezone", "UTC"},
                 {"log_timezone", "UTC"},
                 {"autovacuum", "off"},  // what it logs, and when, is no test's
                 {"shared_buffers", "16MB"}};
    // Debian's builds let only the plug-ins named in this setting run; others do not know it.
    std::vector<std::string> ask{
        program("postgres"), "-D", data_folder(), "-C", "output_plugin_libraries"};
    if (::geteuid() == 0) ask.insert(ask.begin(), {"runuser", "-u", "postgres", "--"});
    if (run(ask).first == 0) all.emplace_back("output_plugin_libraries", "pgoutput,test_decoding");
    all.insert(all.end(), extra.begin(), extra.end());
    std::ofstream file(data_folder() + "/postgresql.conf", std::ios::app);
    for (const auto& [name, value] : all) file << name << " = '" << value << "'\n";
  }

  void remove() noexcept {
    try {
      if (std::filesystem::exists(data_folder() + "/postmaster.pid")) stop("immediate");
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string programs_;
  std::string folder_;
  reserved_port port_;
};

}  // namespace tidewire::testing
