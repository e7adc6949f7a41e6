#pragma once

#include "config/settings.hpp"

namespace tidewire::app {

/// Lets the log be as quarkus.log.level and quarkus.log.console.json want it, and then tells what
/// is to be said of the file itself. Before the first thread starts.
void start_log(const config::settings& properties);

}  // namespace tidewire::app
