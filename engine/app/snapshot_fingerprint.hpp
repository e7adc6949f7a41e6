#pragma once

#include "config/settings.hpp"

#include <cstdint>

namespace tidewire::app {

/// Of all that says which rows a snapshot sends, what they look like and where they go: a snapshot
/// that goes on under other properties would send two kinds of events. Not of what only says how it
/// is read: connections, credentials, threads, positions.
std::uint32_t snapshot_fingerprint(const config::settings& properties);

}  // namespace tidewire::app
