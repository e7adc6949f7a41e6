#pragma once

#include "local/call/service.hpp"

#include <optional>

namespace tidewire::local {

/// Whether keys and values have the lengths that SQS takes.
std::optional<api_error> check_tags(const boost::json::object& tags);

}  // namespace tidewire::local
