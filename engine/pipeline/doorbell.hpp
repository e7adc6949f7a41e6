#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>

namespace tidewire::pipeline {

namespace asio = boost::asio;

/// Wakes the one coroutine that waits at it, from any thread. Rings between two waits count once:
/// an atomic flag keeps all but the first from touching the waiter's io_context, so that a flood of
/// batches costs one wake-up.
class doorbell {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `executor` is the waiter's.
  explicit doorbell(const asio::any_io_executor& executor);

  /// From any thread. A ring with nobody waiting is kept for the next wait.
  void ring();

  /// On the waiter's thread, one waiter at a time: comes back when it rang since the last wait, or
  /// at `deadline`. It may come back for nothing; look at what you wait for.
  asio::awaitable<void> wait_until(time_point deadline);
  asio::awaitable<void> wait() { return wait_until(time_point::max()); }

 private:
  struct state;
  std::shared_ptr<state> state_;  // a ring on its way may come after the doorbell's end
};

}  // namespace tidewire::pipeline
