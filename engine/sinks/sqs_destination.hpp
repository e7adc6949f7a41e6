#pragma once

#include "aws/sqs.hpp"
#include "sinks/destination.hpp"
#include "sinks/topic_map.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace tidewire::sinks {

/// Each record is one message, its body the Debezium event. A queue whose name ends in `.fifo` gets
/// the key as message group, and the event's identity as deduplication id: what is sent again after
/// a restart is dropped by the queue. A message cannot be empty, so tombstones are not sent.
class sqs_destination final : public destination {
 public:
  struct options {
    topic_map queue;                   // name or URL
    std::string null_key = "default";  // message group of events without a key
    std::string identity_prefix;  // of the deduplication ids: what tells this database from another
  };

  sqs_destination(aws::sqs_client client, options how);

  const pipeline::lanes::limits& limits() const noexcept override { return limits_; }
  std::string_view kind() const noexcept override { return "SQS, stream"; }
  asio::awaitable<void> send(const pipeline::lanes::request& what, report& out) override;

 private:
  /// Asks for the URL of a queue that was given by its name, once.
  aws::call<std::string> url_of(const event::stream& s);
  /// Half as much a request from now on: queues may have a limit below the service's own.
  void send_less() noexcept;

  aws::sqs_client client_;
  options how_;
  pipeline::lanes::limits limits_;
  std::unordered_map<std::string, std::string> urls_;  // by queue name
};

}  // namespace tidewire::sinks
