#pragma once

#include "local/call/service.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::local {

struct sqs_message {
  std::string id;
  std::string body;
  boost::json::object
      attributes;  // name → {DataType, StringValue | BinaryValue in base64}, as they were sent
  boost::json::object system_attributes;  // AWSTraceHeader, in the same shape
  std::string group_id;
  std::string deduplication_id;
  std::string sequence_number;     // FIFO: 20 digits, rising
  std::string dead_letter_source;  // the ARN of the queue that gave the message up
  std::string sender_id;
  std::int64_t sent_ms = 0;
  std::int64_t first_received_ms = 0;
  std::int64_t received_ms = 0;  // the last time
  std::int64_t receive_count = 0;
  std::uint64_t receipt = 0;  // changes with every receive
};

constexpr std::size_t sqs_message_bytes_max = 1024UL * 1024;

/// Whether the text is only of the characters that XML 1.0 knows, in well-formed UTF-8.
bool has_only_allowed_characters(std::string_view utf8) noexcept;

/// Names, types and values of message attributes, at most 10.
std::optional<api_error> check_message_attributes(const boost::json::object& attributes);

/// Body and attributes as SQS counts them against the limit of 1 MiB.
std::size_t size_of(const sqs_message& message);

/// The MD5, in hex, by which a client checks that its attributes arrived; empty for none.
/// For each attribute by rising name: length and bytes of name, of type, 1 (text) or 2 (binary),
/// length and bytes of the value. Source: SQS developer guide, "Calculating the MD5 message digest
/// for message attributes".
std::string md5_of_attributes(const boost::json::object& attributes);

std::string md5_hex(std::string_view text);

}  // namespace tidewire::local
