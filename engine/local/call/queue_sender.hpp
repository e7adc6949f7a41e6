#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::local {

/// One message on its way into a queue inside this process, without HTTP or a signature between.
struct queue_message {
  std::string body;
  std::string group_id = {};          // required by a FIFO queue
  std::string deduplication_id = {};  // empty: by content, where the queue says so
  std::vector<std::pair<std::string, std::string>> attributes =
      {};  // message attributes of type String
};

struct send_outcome {
  bool sent = true;             // a repeat inside the deduplication window counts as sent
  std::string error_code = {};  // `AWS.SimpleQueueService.NonExistentQueue`, `MissingParameter`,
                                // `InvalidMessageContents`, …
  std::string error_message = {};
};

/// How EventBridge puts an event into a queue. Trying again may help against every error: the queue
/// may be created meanwhile.
class queue_sender {
 public:
  queue_sender() = default;
  queue_sender(const queue_sender&) = delete;
  queue_sender& operator=(const queue_sender&) = delete;
  virtual ~queue_sender() = default;

  /// \param queue_arn `arn:aws:sqs:us-east-1:000000000000:data-change.fifo`
  virtual send_outcome send(std::string_view queue_arn,
                            const queue_message& message,
                            std::chrono::system_clock::time_point now) = 0;

  /// Whether the queues may take more before what they hold is received and deleted. Whoever
  /// produces for them waits for that.
  virtual bool has_room() = 0;
};

}  // namespace tidewire::local
