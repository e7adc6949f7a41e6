#pragma once

#include "aws/sqs.hpp"
#include "base/task.hpp"
#include "pipeline/doorbell.hpp"
#include "relay/backoff.hpp"
#include "relay/state_line.hpp"
#include "relay/worker.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::relay {

/// A record that can never reach the bus.
struct dead_letter {
  std::string reason;
  std::string stream;
  std::string shard;
  std::string sequence_number;
  std::optional<std::uint64_t> sub_sequence_number;  // of a record out of an aggregate
  std::string partition_key;
  std::string data;  // untouched
};

/// One JSON object, on one line: reason, stream, shard, sequenceNumber, subSequenceNumber,
/// partitionKey, time, data (base64). With `kept_in`, the file that holds the data, in their place.
std::string write_dead_letter(const dead_letter& letter,
                              std::int64_t time_ms,
                              const std::string& kept_in = {});

/// Where dead letters go: to an SQS queue, or, without one or when it cannot take the message, to a
/// file of JSON lines.
class dead_letters {
 public:
  struct options {
    std::string queue;  // name or URL; empty: the file takes all
    std::string file;
    std::string room = "relay";  // as the log names it; another one has told of the letter itself
    wall_clock now = [] { return std::chrono::system_clock::now(); };
  };

  dead_letters(asio::any_io_executor executor, aws::sqs_client& sqs, worker& disk, options how);

  /// Comes back when the letter is durable: true; a queue or disk that fails is tried for ever.
  /// False: stop() came first.
  asio::awaitable<bool> put(dead_letter letter);
  void stop();

 private:
  enum class sending { done, refused, stopped };

  asio::awaitable<sending> send(const dead_letter& letter, std::string body);
  asio::awaitable<bool> keep(std::string line);
  asio::awaitable<bool> pause(std::chrono::milliseconds time);

  asio::any_io_executor executor_;
  aws::sqs_client& sqs_;
  worker& disk_;
  options options_;
  std::string queue_url_;
  state_line state_;
  bool stopping_ = false;
};

}  // namespace tidewire::relay
