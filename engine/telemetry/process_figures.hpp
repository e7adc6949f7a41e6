#pragma once

#include "telemetry/registry.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidewire::telemetry {

/// What the system says of a process, as /proc/<pid>/stat has it.
struct process_times {
  std::uint64_t cpu_ticks = 0;    // in user and kernel mode together
  std::uint64_t start_ticks = 0;  // since the system's start
  std::uint64_t resident_pages = 0;
};

/// Nothing where the text has another form. The name of the program in it may hold anything.
std::optional<process_times> parse_process_stat(std::string_view text);

/// This process' memory, processor time, start and open files, under the names that Prometheus'
/// own clients use. What cannot be read is -1.
void add_process_figures(registry& to);

}  // namespace tidewire::telemetry
