#pragma once

#include "local/call/queue_sender.hpp"
#include "local/eventbridge/target.hpp"

#include <boost/json/array.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace tidewire::local {

/// A message on its way to a target, and what to do with it when it never gets there.
struct delivery {
  queue_message message;
  std::string queue_arn;
  std::string rule_arn;
  retry_policy retries;
  std::string dead_letter_arn;
};

/// Puts messages into queues at once, and again later where the queue does not take them: after one
/// second, two, four … until the retry policy says that it is enough. Then the message goes to the
/// dead-letter queue, or nowhere. What waits is bounded: beyond `bytes_max` the oldest counts as
/// too old.
class delivery_outbox {
 public:
  using time_point = std::chrono::system_clock::time_point;
  static constexpr std::size_t bytes_max = 64U * 1024U * 1024U;

  explicit delivery_outbox(queue_sender& queues) noexcept : queues_(queues) {}

  void deliver(delivery what, time_point now);
  /// Tries again what is due.
  void tick(time_point now);

  std::size_t waiting() const noexcept { return waiting_.size(); }
  /// Rises when what waits has changed.
  std::uint64_t revision() const noexcept { return revision_; }
  boost::json::array state() const;
  void restore(const boost::json::array& state);

 private:
  struct waiting_delivery {
    delivery what;
    time_point first_tried;
    time_point due;
    std::int64_t retries = 0;  // beside the first try
    send_outcome last;
  };

  /// False: keep it, `due` says until when.
  bool try_again(waiting_delivery& w, time_point now);
  void give_up(const waiting_delivery& w, const char* condition, time_point now);

  queue_sender& queues_;
  std::deque<waiting_delivery> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace tidewire::local
