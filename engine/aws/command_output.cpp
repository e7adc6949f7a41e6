#include "aws/command_output.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>

extern char** environ;

namespace tidewire::aws {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t output_max = 64 * 1024;
constexpr std::chrono::milliseconds look_at_end{5};

failure went_wrong(std::string why) {
  failure f;
  f.code = "CredentialProcess";
  f.message = std::move(why);
  f.what = remedy::retry;
  return f;
}

/// A shell in a process group of its own, so that all of it can be killed.
class shell {
 public:
  /// \param output becomes its standard output.
  shell(const std::string& command, int output) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    std::array<char*, 4> arguments{const_cast<char*>("sh"),
                                   const_cast<char*>("-c"),
                                   const_cast<char*>(command.c_str()),
                                   nullptr};
    if (posix_spawn(&pid_, "/bin/sh", &files, &how, arguments.data(), environ) != 0) pid_ = -1;
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
  }
  shell(const shell&) = delete;
  shell& operator=(const shell&) = delete;
  ~shell() {
    if (!started() || status_) return;
    kill();
    ::waitpid(pid_, nullptr, 0);
  }

  bool started() const noexcept { return pid_ > 0; }
  void kill() noexcept {
    if (!status_) ::kill(-pid_, SIGKILL);
  }
  /// Nothing while it runs.
  std::optional<int> status() {
    int found = 0;
    if (!status_ && ::waitpid(pid_, &found, WNOHANG) == pid_) status_ = found;
    return status_;
  }

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// Until its end. False: there was too much of it.
asio::awaitable<bool> read_all(asio::posix::stream_descriptor& from, std::string& to) {
  std::array<char, 4096> piece{};
  for (;;) {
    auto reading = from.async_read_some(asio::buffer(piece), as_result);
    const auto [error, size] = co_await std::move(reading);
    if (error) co_return true;
    if (to.size() + size > output_max) co_return false;
    to.append(piece.data(), size);
  }
}

}  // namespace

call<std::string> command_output(asio::any_io_executor executor,
                                 std::string command,
                                 std::chrono::milliseconds within) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) co_return went_wrong("no pipe can be had");
  asio::posix::stream_descriptor output(executor, ends[0]);
  const auto running = std::make_shared<shell>(command, ends[1]);
  ::close(ends[1]);
  if (!running->started()) co_return went_wrong("/bin/sh cannot be started");

  const auto until = clock::now() + within;
  asio::steady_timer timer(executor);
  timer.expires_at(until);
  timer.async_wait([running](boost::system::error_code error) {
    if (!error) running->kill();
  });
  std::string text;
  auto reading = read_all(output, text);
  if (!co_await std::move(reading)) co_return went_wrong("the command writes more than 64 KiB");
  timer.cancel();
  // Standard output is closed a moment before a process has ended, and may be closed long before.
  while (!running->status() && clock::now() < until) {
    timer.expires_after(look_at_end);
    auto waiting = timer.async_wait(as_result);
    co_await std::move(waiting);
  }
  const auto status = running->status();
  if (!status || WIFSIGNALED(*status))
    co_return went_wrong("the command did not end in time, or was killed");
  if (WEXITSTATUS(*status) != 0)
    co_return went_wrong("the command ended with " + std::to_string(WEXITSTATUS(*status)));
  co_return text;
}

}  // namespace tidewire::aws
