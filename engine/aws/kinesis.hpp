#pragma once

#include "aws/body_writer.hpp"
#include "aws/client.hpp"
#include "aws/document.hpp"
#include "aws/kinesis_messages.hpp"

#include <chrono>
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

struct stream_summary {
  std::string name;
  std::string arn;
  std::string status;  // CREATING, ACTIVE, UPDATING, DELETING
  std::int64_t open_shards = 0;
};

enum class iterator_type {
  trim_horizon,
  latest,
  at_sequence_number,
  after_sequence_number,
  at_timestamp
};

struct iterator_request {
  std::string stream;
  std::string shard_id;
  iterator_type type = iterator_type::trim_horizon;
  std::string sequence_number;                      // of the two *_sequence_number types
  std::chrono::system_clock::time_point timestamp;  // of at_timestamp
};

/// How requests travel: automatic tries CBOR and goes over to JSON for good where the endpoint
/// refuses it.
enum class kinesis_protocol { automatic, cbor, json };

class kinesis_client {
 public:
  static constexpr std::size_t records_per_request_max = 500;
  static constexpr std::size_t request_bytes_max =
      5U * 1024U * 1024U;  // partition keys and data; the limit all endpoints keep

  kinesis_client(client transport, kinesis_protocol protocol);

  /// One attempt, no retry: who publishes decides what goes again and when. The answer is those
  /// records that were not taken, in their order; all others are durable. Their sequence numbers
  /// nobody asks for, and to keep them would be two texts per record. `stream` is a name or an ARN.
  call<std::vector<put_failure>> put_records(std::string_view stream,
                                             std::span<const put_record> records);

  /// \errors ResourceInUseException where the stream is there already: describe it to see whether
  /// that will do.
  call<nothing> create_stream(std::string name, std::int64_t shards);
  call<nothing> delete_stream(std::string name);
  call<stream_summary> describe_stream_summary(std::string name);
  call<std::vector<shard>> list_shards(std::string stream);  // all pages
  call<std::vector<std::string>> list_streams();             // all pages
  call<std::string> get_shard_iterator(iterator_request where);
  call<records_page> get_records(std::string iterator, std::int64_t limit);

 private:
  using write_body = std::function<void(body_writer&)>;
  /// Sends `operation` with the body that `write` makes; once more in JSON where the endpoint
  /// refuses CBOR.
  call<http::response> ask(std::string_view operation,
                           write_body write,
                           std::size_t body_bytes,
                           int attempts);
  call<http::response> ask_once(std::string_view operation,
                                const write_body& write,
                                std::size_t body_bytes,
                                int attempts,
                                body_format format);
  /// The answer as a tree, valid until the next; nothing where it is malformed.
  std::optional<document::value> read(const http::response& answer);

  client transport_;
  kinesis_protocol protocol_;
  bool cbor_proven_ = false;
  std::unique_ptr<document> document_;  // its memory is used again for each answer
};

}  // namespace tidewire::aws
