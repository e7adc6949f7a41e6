#pragma once

#include <string>
#include <vector>

namespace tidewire::config {

struct loaded;

/// The names of the process's environment variables.
std::vector<std::string> process_variables();

/// Warns of each variable that looks like a property's and sets none: misspelt names in a
/// container's environment would else be dropped in silence. `all` is what was read with them.
void judge_variables(loaded& all, const std::vector<std::string>& variables);

}  // namespace tidewire::config
