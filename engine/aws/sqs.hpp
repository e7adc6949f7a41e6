#pragma once

#include "aws/body_writer.hpp"
#include "aws/client.hpp"
#include "aws/document.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::aws {

/// One message to send. The views must live until the call has ended.
struct outgoing_message {
  std::string_view body;
  std::string_view group_id;                      // FIFO queues; empty: none
  std::string_view deduplication_id;              // FIFO queues; empty: none
  std::map<std::string, std::string> attributes;  // message attributes of type String
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
  std::map<std::string, std::string>
      attributes;  // system attributes: ApproximateReceiveCount, MessageGroupId …
  std::map<std::string, std::string> message_attributes;  // the sender's, those of a text type
};

struct visibility_change {
  std::string receipt_handle;
  std::chrono::seconds hidden_for{0};  // from now on; 0: others may have it at once
};

/// Of a batch: which entries failed, by their index in what was asked, and why. Empty: none did.
using entry_failures = std::vector<std::pair<std::size_t, failure>>;

struct receive_request {
  std::string queue_url;
  int messages_max = 10;          // 1 to 10
  std::chrono::seconds wait{20};  // 0 to 20
  std::optional<std::chrono::seconds> visibility;
  // FIFO queues: a repeat of the call under the same id gets the same messages, where otherwise
  // those of an answer that was lost are hidden. Empty: none.
  std::string attempt_id = {};
};

/// Requests go to the endpoint where one was chosen, whatever host the queue's URL names (an
/// emulator may name one that does not resolve); else to the host of the queue's URL, in the region
/// that it names, so that a URL is enough to reach its queue.
class sqs_client {
 public:
  static constexpr std::size_t messages_per_batch_max = 10;
  static constexpr std::size_t batch_bytes_max = 1024U * 1024U;

  explicit sqs_client(client transport);

  /// One attempt, no retry. Results are in the order of the messages; a wrong MD5 of a body is a
  /// failure to be retried.
  call<std::vector<send_result>> send_message_batch(std::string queue_url,
                                                    std::span<const outgoing_message> messages);

  /// Waits for `what.wait` and a call's usual time. Messages whose body does not have the MD5 that
  /// came with it are left out, and those behind it of its group in a FIFO queue, which must not
  /// pass it: they come again after their visibility timeout.
  call<std::vector<received_message>> receive_message(receive_request what);
  /// Any number of handles, ten a request.
  call<entry_failures> delete_message_batch(std::string queue_url,
                                            std::vector<std::string> receipt_handles);
  /// Any number of changes, ten a request.
  call<entry_failures> change_message_visibility_batch(std::string queue_url,
                                                       std::vector<visibility_change> changes);

  /// The queue's URL; succeeds where a queue with those attributes is there already.
  call<std::string> create_queue(std::string name, std::map<std::string, std::string> attributes);
  call<std::string> get_queue_url(std::string name);
  call<std::map<std::string, std::string>> get_queue_attributes(std::string queue_url);
  call<nothing> set_queue_attributes(std::string queue_url,
                                     std::map<std::string, std::string> attributes);

 private:
  using write_body = std::function<void(body_writer&)>;
  call<http::response> ask(std::string queue_url,
                           std::string_view operation,
                           write_body write,
                           int attempts = 0,
                           std::chrono::milliseconds call_ms = {});
  using write_entry = std::function<void(body_writer&, std::string_view id, std::size_t index)>;
  call<entry_failures> ask_in_tens(std::string queue_url,
                                   std::string_view operation,
                                   std::size_t count,
                                   write_entry write);
  client& transport_for(const std::string& queue_url);
  std::optional<document::value> read(const http::response& answer);

  client transport_;
  std::map<std::string, client>
      elsewhere_;  // by the scheme and authority of queue URLs on other hosts
  std::unique_ptr<document> document_;
};

}  // namespace tidewire::aws
