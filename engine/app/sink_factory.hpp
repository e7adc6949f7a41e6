#pragma once

#include "app/aws_clients.hpp"
#include "config/settings.hpp"
#include "sinks/destination.hpp"

namespace tidewire::app {

/// The destination that debezium.sink.type names, with connections of its own. \throws
/// startup_error for what cannot work.
sinks::destination_ptr make_destination(const config::settings& properties,
                                        const aws_clients& clients);

}  // namespace tidewire::app
