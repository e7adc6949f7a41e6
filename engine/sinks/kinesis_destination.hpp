#pragma once

#include "aws/kinesis.hpp"
#include "base/compression.hpp"
#include "sinks/destination.hpp"

#include <cstddef>
#include <string>

namespace tidewire::sinks {

/// Each record is one Kinesis record: the value's bytes under the key document. Tombstones are
/// records of 0 bytes.
class kinesis_destination final : public destination {
 public:
  struct options {
    std::string null_key = "default";            // debezium.sink.kinesis.null.key
    compression aggregates = compression::none;  // of an aggregate as a whole
    std::size_t records_max = aws::kinesis_client::records_per_request_max;
  };

  kinesis_destination(aws::kinesis_client client, options how);

  const pipeline::lanes::limits& limits() const noexcept override { return limits_; }
  std::string_view kind() const noexcept override { return "Kinesis stream"; }
  asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) override;

 private:
  aws::kinesis_client client_;
  options how_;
  pipeline::lanes::limits limits_;
};

}  // namespace tidewire::sinks
