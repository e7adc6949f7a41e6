#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {

/// A program that runs beside this one and does not outlive it: the kernel ends it when its parent
/// dies, the destructor when its owner goes. Linux only.
class child_process {
 public:
  struct options {
    std::vector<std::string> command;  // program (looked up in PATH) and its arguments
    std::vector<std::pair<std::string, std::string>> environment;  // on top of ours
    std::string user;          // run as that user; only root may ask, empty: as ourselves
    std::string output_file;   // appended to by its standard output and error; empty: ours
    bool pipe_output = false;  // its standard output comes to output_fd() instead
    int stop_signal = 15;      // what asks it to end; PostgreSQL's fast shutdown is SIGINT
  };

  /// \throws startup_error naming the program when it cannot be started.
  explicit child_process(options how);
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&&) = delete;
  ~child_process();

  /// The reading end of its standard output, where options asked for it; closed by the destructor.
  int output_fd() const noexcept { return output_; }
  const std::string& name() const noexcept { return how_.command.front(); }

  /// Its exit code (128 + signal when killed), or nothing while it runs.
  std::optional<int> exit_code();
  /// Waits for its end. A caller in a hurry stop()s it first.
  int wait();
  /// Asks it to end, and kills it when it has not after `grace`.
  int stop(std::chrono::milliseconds grace);

 private:
  options how_;
  pid_t pid_ = -1;
  int output_ = -1;
  std::optional<int> code_;
};

}  // namespace tidewire::app
