#pragma once

#include <CLI/App.hpp>

#include <functional>

namespace tidewire::app {

/// Each subcommand is one file: it adds itself to the program and leaves behind what to do when it
/// was chosen. The returned function is called at most once, after parsing, and answers the exit
/// code. startup_error is caught by main().
using command = std::function<int()>;
using add_command = command (*)(CLI::App& program);

command add_run_command(CLI::App& program);
command add_relay_command(CLI::App& program);
command add_consume_command(CLI::App& program);
command add_local_command(CLI::App& program);
command add_provision_command(CLI::App& program);
command add_check_command(CLI::App& program);
command add_offsets_command(CLI::App& program);
command add_demo_command(CLI::App& program);
command add_lag_command(CLI::App& program);
command add_verify_command(CLI::App& program);

}  // namespace tidewire::app
