#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::postgres {

/// Names and values that the output plug-in is given.
using plugin_parameters = std::vector<std::pair<std::string, std::string>>;

/// What pgoutput is asked for: the publication, the version of its protocol (2 with `streaming`,
/// which is large transactions before their end), logical messages from PostgreSQL 14 on. `given`
/// (slot.stream.params) wins over these and adds to them.
plugin_parameters pgoutput_parameters(std::string_view publication,
                                      int server_version,
                                      bool streaming,
                                      const plugin_parameters& given);

}  // namespace tidewire::postgres
