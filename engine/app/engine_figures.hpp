#pragma once

#include "app/engine.hpp"
#include "telemetry/registry.hpp"

#include <string>

namespace tidewire::app {

/// The engine's figures, and those that dashboards for Debezium ask for. All are read when they are
/// printed, in the printing thread, which must be the reader's. `of` outlives the registry.
/// \param server_name debezium.source.topic.prefix, which labels Debezium's own figures
void register_figures(telemetry::registry& figures,
                      const engine& of,
                      const std::string& server_name);

}  // namespace tidewire::app
