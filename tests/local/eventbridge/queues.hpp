#pragma once

#include "local/call/queue_sender.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::local {

/// Queues that keep what they were sent, and may be missing.
class recording_queues : public queue_sender {
 public:
  struct sent {
    std::string queue_arn;
    queue_message message;
  };

  send_outcome send(std::string_view queue_arn,
                    const queue_message& message,
                    std::chrono::system_clock::time_point) override {
    ++tries;
    if (missing)
      return {.sent = false,
              .error_code = "AWS.SimpleQueueService.NonExistentQueue",
              .error_message = "No such queue."};
    messages.push_back({std::string(queue_arn), message});
    return {};
  }

  bool has_room() override { return !full; }

  std::vector<sent> messages;
  bool missing = false;
  bool full = false;
  int tries = 0;
};

}  // namespace tidewire::local
