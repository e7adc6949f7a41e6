#pragma once

#include "aws/eventbridge.hpp"
#include "aws/kinesis.hpp"
#include "aws/sqs.hpp"
#include "base/task.hpp"
#include "relay/options.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <vector>

namespace tidewire::relay {

/// Kinesis streams to EventBridge buses: every shard of every stream, for ever. For one thread.
class relay {
 public:
  /// Looks at the checkpoint folder, and makes it where it is missing.
  /// \throws startup_error when it cannot be used, or a checkpoint in it is damaged; the message
  /// names the file.
  relay(asio::any_io_executor executor,
        relay_options how,
        aws::kinesis_client kinesis,
        aws::eventbridge_client bus,
        aws::sqs_client sqs);
  ~relay();

  /// Comes back after stop(), when what was read has reached the bus (or its time for that is over)
  /// and the checkpoints say so. The object must outlive it.
  asio::awaitable<void> run();
  void stop();

  const relay_counters& counters() const noexcept;
  std::vector<stream_state> streams() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tidewire::relay
