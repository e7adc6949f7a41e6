#pragma once

#include "config/settings.hpp"
#include "relay/options.hpp"

namespace tidewire::app {

/// What `tidewire.relay.*` says. \throws startup_error naming the property and its place when no
/// stream is named, or a filter or a detail type cannot be.
relay::relay_options read_relay_options(const config::settings& properties);

}  // namespace tidewire::app
