#pragma once

#include "app/offsets.hpp"
#include "debezium/position_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidewire::app {

/// The entries of the file that Debezium keeps its positions in; none where there is no file.
/// \throws startup_error where it cannot be read or understood: guessing could lose changes.
std::vector<debezium::entry> load_debezium_file(const std::string& path);

/// The position with which an engine takes over from the Debezium of this key; its cluster is not
/// known. Nothing: the file has none of it. \throws startup_error as above.
std::optional<offsets> take_over(const std::string& path,
                                 const debezium::entry_key& key,
                                 const std::string& slot);

/// The entry from which that Debezium goes on after us.
debezium::entry hand_over(const offsets& position, const debezium::entry_key& key);

}  // namespace tidewire::app
