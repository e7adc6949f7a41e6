#pragma once

#include "local/call/service.hpp"
#include "local/kinesis/stream.hpp"

#include <string>
#include <utility>

namespace tidewire::local {

/// How Kinesis refuses what its model allows.
inline api_error invalid_argument(std::string message) {
  return {.code = "InvalidArgumentException", .message = std::move(message)};
}

/// What a shard says that is asked for more than its quota.
inline api_error rate_exceeded(const shard& home,
                               const kinesis_stream& stream,
                               const std::string& account) {
  return {.code = "ProvisionedThroughputExceededException",
          .message = "Rate exceeded for shard " + home.id() + " in stream " + stream.name +
                     " under account " + account + "."};
}

}  // namespace tidewire::local
