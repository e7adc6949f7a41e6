#pragma once

#include "aws/eventbridge.hpp"
#include "sinks/destination.hpp"
#include "sinks/topic_map.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidewire::sinks {

/// Each record is one event, its detail the Debezium event. A detail is a JSON object, so
/// tombstones are not sent.
class eventbridge_destination final : public destination {
 public:
  struct options {
    topic_map bus{"default", {}};  // name or ARN
    topic_map source;              // empty: the stream's name
    topic_map detail_type;         // empty: `<Table>DataChangeEvent`
    std::size_t request_bytes_max =
        256U * 1024U;  // an entry over this goes alone: the service may take up to 1 MB
  };

  eventbridge_destination(aws::eventbridge_client client, options how);

  const pipeline::lanes::limits& limits() const noexcept override { return limits_; }
  std::string_view kind() const noexcept override { return "EventBridge, stream"; }
  asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) override;

 private:
  struct envelope {
    std::string_view bus;
    std::string_view source;
    std::string detail_type;
  };
  const envelope& envelope_of(const event::stream& s);

  aws::eventbridge_client client_;
  options how_;
  pipeline::lanes::limits limits_;
  std::unordered_map<const event::stream*, envelope> envelopes_;
};

/// `ProductsDataChangeEvent` for `kinesis.inventory.products`.
std::string usual_detail_type(std::string_view stream);

}  // namespace tidewire::sinks
