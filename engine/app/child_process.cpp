#include "app/child_process.hpp"

#include "base/startup_error.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace tidewire::app {
namespace {

constexpr int not_started = 127;  // what shells answer for a program that they cannot start

int code_of(int status) noexcept {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Gives up root for `user`. Runs in the child, before exec.
bool become(const passwd& user) noexcept {
  return initgroups(user.pw_name, user.pw_gid) == 0 && setgid(user.pw_gid) == 0 &&
         setuid(user.pw_uid) == 0;
}

struct prepared {
  std::vector<char*> arguments;
  const passwd* user = nullptr;
  int output = -1;  // becomes standard output, and standard error unless it is a pipe
};

/// The child's side of fork(): never returns.
[[noreturn]] void become_program(const child_process::options& how,
                                 const prepared& ready) noexcept {
  setpgid(0, 0);  // Ctrl-C reaches the parent, which ends its children in order
  if (ready.output >= 0) {
    dup2(ready.output, STDOUT_FILENO);
    if (!how.pipe_output) dup2(ready.output, STDERR_FILENO);
  }
  if (how.pipe_output && !how.output_file.empty()) {
    const int log = open(how.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log >= 0) dup2(log, STDERR_FILENO);
  }
  if (ready.user != nullptr && !become(*ready.user)) _exit(not_started);
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // after the change of user, which clears it
  for (const auto& [name, value] : how.environment) setenv(name.c_str(), value.c_str(), 1);
  execvp(ready.arguments.front(), ready.arguments.data());
  _exit(not_started);
}

}  // namespace

child_process::child_process(options how) : how_(std::move(how)) {
  prepared ready;
  for (auto& word : how_.command) ready.arguments.push_back(word.data());
  ready.arguments.push_back(nullptr);
  if (!how_.user.empty()) ready.user = getpwnam(how_.user.c_str());
  if (!how_.user.empty() && ready.user == nullptr)
    throw startup_error("there is no user '" + how_.user + "' to run " + name() + " as", 1);

  int ends[2] = {-1, -1};
  if (how_.pipe_output) {
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw startup_error("no pipe: " + std::string(strerror(errno)), 1);
    ready.output = ends[1];
  } else if (!how_.output_file.empty()) {
    ready.output = open(how_.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (ready.output < 0)
      throw startup_error("cannot write " + how_.output_file + ": " + strerror(errno), 1);
  }
  pid_ = fork();
  if (pid_ == 0) become_program(how_, ready);
  const int error = errno;
  if (ready.output >= 0) close(ready.output);
  output_ = ends[0];
  if (pid_ < 0) throw startup_error("cannot start " + name() + ": " + strerror(error), 1);
}

child_process::child_process(child_process&& other) noexcept
    : how_(std::move(other.how_)),
      pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      code_(other.code_) {}

child_process::~child_process() {
  if (pid_ > 0) stop(std::chrono::seconds(5));
  if (output_ >= 0) close(output_);
}

std::optional<int> child_process::exit_code() {
  int status = 0;
  if (!code_ && pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_) code_ = code_of(status);
  return code_;
}

int child_process::wait() {
  int status = 0;
  while (!code_) {
    if (waitpid(pid_, &status, 0) == pid_)
      code_ = code_of(status);
    else if (errno != EINTR)
      code_ = not_started;
  }
  return *code_;
}

int child_process::stop(std::chrono::milliseconds grace) {
  const auto patience_ends = std::chrono::steady_clock::now() + grace;
  if (!exit_code()) kill(pid_, how_.stop_signal);
  while (!exit_code() && std::chrono::steady_clock::now() < patience_ends)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (!exit_code()) kill(pid_, SIGKILL);
  return wait();
}

}  // namespace tidewire::app
