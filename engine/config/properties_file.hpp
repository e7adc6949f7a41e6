#pragma once

#include <string>

namespace tidewire::config {

/// The whole text of a properties file. \throws startup_error with the system's words where it
/// cannot be read, is a folder, or is larger than any properties file.
std::string read_properties_file(const std::string& path);

}  // namespace tidewire::config
