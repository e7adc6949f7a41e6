#pragma once

#include "base/file_lock.hpp"

#include <filesystem>

namespace tidewire::local {

/// Keeps a second local AWS away from the journals of a first: both would write into the same
/// files.
/// \throws startup_error if another process has the folder, or no lock can be made in it.
file_lock lock_folder(const std::filesystem::path& folder);

}  // namespace tidewire::local
