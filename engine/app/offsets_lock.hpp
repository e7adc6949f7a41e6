#pragma once

#include "base/file_lock.hpp"

#include <optional>
#include <string>

namespace tidewire::app {

/// Keeps `tidewire offsets import` away from the position file of a running engine. Engines share
/// it, as the second one is a standby of the first. A lock of `<position file>.lock`.
/// \return nothing where somebody else has it. Where there can be no lock, as in a folder that
/// cannot be written to, there is nothing to protect either: the lock is of nothing.
std::optional<file_lock> lock_offsets(const std::string& position_file, file_lock::kind how);

}  // namespace tidewire::app
