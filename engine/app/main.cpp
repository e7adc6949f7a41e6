#include "app/command.hpp"
#include "base/startup_error.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using tidewire::app::add_command;
using tidewire::app::command;

constexpr std::array commands{
    add_command{tidewire::app::add_run_command},
    add_command{tidewire::app::add_relay_command},
    add_command{tidewire::app::add_consume_command},
    add_command{tidewire::app::add_local_command},
    add_command{tidewire::app::add_provision_command},
    add_command{tidewire::app::add_check_command},
    add_command{tidewire::app::add_offsets_command},
    add_command{tidewire::app::add_demo_command},
    add_command{tidewire::app::add_verify_command},
    add_command{tidewire::app::add_lag_command},
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("PostgreSQL change data capture to AWS Kinesis, EventBridge and SQS",
                   "tidewire");
  program.set_version_flag("--version", TIDEWIRE_VERSION);

  std::vector<std::pair<CLI::App*, command>> chosen;
  for (const auto add : commands) {
    command run = add(program);
    chosen.emplace_back(program.get_subcommands({}).back(), std::move(run));
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0
               ? 0
               : tidewire::startup_error::configuration_exit_code;  // --help is no error
  }
  if (program.get_subcommands().empty()) {
    std::fputs(program.help().c_str(), stderr);
    return tidewire::startup_error::configuration_exit_code;
  }
  try {
    for (const auto& [subcommand, run] : chosen)
      if (subcommand->parsed()) return run();
  } catch (const tidewire::startup_error& error) {
    std::fprintf(stderr, "tidewire: %s\n", error.what());
    return error.exit_code();
  } catch (const std::system_error& error) {
    // Whoever read our output has read enough.
    if (error.code() == std::errc::broken_pipe) return 1;
    std::fprintf(stderr, "tidewire: unexpected: %s\n", error.what());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tidewire: unexpected: %s\n", error.what());
    return 1;
  }
  return 0;
}
