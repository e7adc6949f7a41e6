#pragma once

#include "aws/body_writer.hpp"
#include "aws/client.hpp"
#include "aws/document.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::aws {

/// One event to put. The views must live until the call has ended.
struct event_entry {
  std::string_view source;
  std::string_view detail_type;
  std::string_view detail;  // a JSON object, as text
  std::string_view bus;     // name or ARN
  std::optional<std::int64_t>
      time_ms;  // Unix milliseconds; sent with whole milliseconds as fractional seconds
};

/// An entry's size as PutEvents counts it: 14 for a time, and the UTF-8 bytes of the rest.
std::size_t entry_size(const event_entry& entry) noexcept;

struct event_entry_result {
  std::string event_id;
  std::optional<failure> error;
};

struct event_target {
  std::string id;
  std::string arn;
  std::string message_group_id;  // of a FIFO queue; empty: none
};

class eventbridge_client {
 public:
  static constexpr std::size_t entries_per_request_max = 10;

  explicit eventbridge_client(client transport);

  /// One attempt, no retry. Results are in the order of the entries.
  call<std::vector<event_entry_result>> put_events(std::span<const event_entry> entries);

  /// These answer the ARN of what they made or found, and succeed where it is there already.
  call<std::string> create_event_bus(std::string name);
  call<std::string> describe_event_bus(std::string name);
  call<std::string> put_rule(std::string bus, std::string name, std::string pattern);
  call<nothing> put_targets(std::string bus, std::string rule, std::vector<event_target> targets);
  call<std::vector<event_target>> list_targets_by_rule(std::string bus, std::string rule);

 private:
  using write_body = std::function<void(body_writer&)>;
  call<http::response> ask(std::string_view operation,
                           write_body write,
                           std::size_t body_bytes = 256,
                           int attempts = 0);
  /// Asks for something that is answered by one ARN, under the name `member`.
  call<std::string> ask_for_arn(std::string_view operation,
                                write_body write,
                                std::string_view member);
  std::optional<document::value> read(const http::response& answer);

  client transport_;
  std::unique_ptr<document> document_;  // its memory is used again for each answer
};

}  // namespace tidewire::aws
