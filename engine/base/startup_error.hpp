#pragma once

#include <stdexcept>
#include <string>

namespace tidewire {

/// Something without which the program cannot work was wrong before it began to: a bad property, an
/// unreadable file, a missing privilege. main() prints the message and ends with `exit_code`;
/// nothing was touched.
class startup_error : public std::runtime_error {
 public:
  static constexpr int configuration_exit_code = 2;

  explicit startup_error(const std::string& message, int exit_code = configuration_exit_code)
      : std::runtime_error(message), exit_code_(exit_code) {}

  int exit_code() const noexcept { return exit_code_; }

 private:
  int exit_code_;
};

}  // namespace tidewire
