#pragma once

#include "local/call/service.hpp"

#include <string>
#include <utility>

namespace tidewire::local {

/// How Kinesis refuses what its model allows.
inline api_error invalid_argument(std::string message) {
  return {.code = "InvalidArgumentException", .message = std::move(message)};
}

}  // namespace tidewire::local
