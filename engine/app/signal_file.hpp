#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// The file channel of signals: users append lines, the engine takes them away.
namespace tidewire::app {

struct signal_lines {
  std::vector<std::string> lines;  // that are not blank
  std::size_t bytes = 0;           // from the file's beginning that they take; a line without its
                                   // end counts too, as in Debezium
};

/// Nothing where there is no such file, or it cannot be read.
signal_lines read_signal_lines(const std::string& path);

/// Takes so many bytes away from the beginning; what was written behind them meanwhile stays.
/// \return what the system said if that failed; empty: all well.
std::string remove_signal_lines(const std::string& path, std::size_t bytes);

}  // namespace tidewire::app
