#pragma once

#include "config/settings.hpp"
#include "event/column_mask.hpp"

namespace tidewire::app {

/// debezium.source.column.mask.* and .column.truncate.*. \throws startup_error for an unknown hash
/// algorithm.
event::mask_rules mask_rules_of(const config::settings& properties);

}  // namespace tidewire::app
