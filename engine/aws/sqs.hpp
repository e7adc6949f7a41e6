#pragma once

#include "aws/client.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::aws {

/// One message to send. The views must live until the call has ended.
struct outgoing_message {
  std::string_view body;
  std::string_view group_id;            // FIFO queues; empty: none
  std::string_view deduplication_id;    // FIFO queues; empty: none
  std::map<std::string, std::string> attributes;   // message attributes of type String
};

struct send_result {
  std::string message_id;
  std::optional<failure> error;
};

struct received_message {
  std::string message_id;
  std::string receipt_handle;
  std::string body;
  std::string md5_of_body;
  std::map<std::string, std::string> attributes;   // system attributes: ApproximateReceiveCount, MessageGroupId …
};

struct receive_request {
  std::string queue_url;
  int messages_max = 10;                  // 1 to 10
  std::chrono::seconds wait{20};          // 0 to 20
  std::optional<std::chrono::seconds> visibility;
};

class sqs_client {
 public:
  static constexpr std::size_t messages_per_batch_max = 10;
  static constexpr std::size_t batch_bytes_max = 1024U * 1024U;

  explicit sqs_client(client transport);

  /// One attempt, no retry. Results are in the order of the messages; a wrong MD5 of a body is a failure to be retried.
  call<std::vector<send_result>> send_message_batch(std::string queue_url, std::span<const outgoing_message> messages);

  call<std::vector<received_message>> receive_message(receive_request what);
  /// The failures, by index into `receipt_handles`; empty when all were deleted.
  call<std::vector<std::pair<std::size_t, failure>>> delete_message_batch(std::string queue_url, std::vector<std::string> receipt_handles);
  call<nothing> change_message_visibility(std::string queue_url, std::string receipt_handle, std::chrono::seconds visibility);

  /// The queue's URL; succeeds where a queue with those attributes is there already.
  call<std::string> create_queue(std::string name, std::map<std::string, std::string> attributes);
  call<std::string> get_queue_url(std::string name);
  call<std::map<std::string, std::string>> get_queue_attributes(std::string queue_url);
  call<nothing> set_queue_attributes(std::string queue_url, std::map<std::string, std::string> attributes);

 private:
  client transport_;
};

}  // namespace tidewire::aws
