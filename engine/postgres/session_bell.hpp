#pragma once

#include "base/task.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace tidewire::postgres {

/// Ends the wait of a session whose coroutines are all of one thread.
class session_bell {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit session_bell(const asio::any_io_executor& executor) : timer_(executor) {}

  /// Kept for the next wait where nobody waits.
  void ring();
  /// Until it has rung since the last wait: true, or false at `deadline`.
  asio::awaitable<bool> wait_until(time_point deadline);
  asio::awaitable<void> wait() { co_await wait_until(time_point::max()); }

 private:
  asio::steady_timer timer_;
  bool rung_ = false;
};

}  // namespace tidewire::postgres
