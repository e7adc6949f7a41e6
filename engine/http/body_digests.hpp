#pragma once

#include "base/sha256_many.hpp"
#include "base/task.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace tidewire::http {

/// SHA-256 of the bodies of requests, for their signatures: of those that are ready by the next
/// turn of the executor, or within the time that they have, in one go, as soon as there are as many
/// as are hashed side by side. For one thread.
class body_digests {
 public:
  using hash = sha256_digest (*)(std::string_view);

  /// A smaller body does not wait for others.
  static constexpr std::size_t shared_bytes_min = 16U * 1024U;
  /// A smaller one has no time for others: it is hashed in 16 µs.
  static constexpr std::size_t patient_bytes_min = 32U * 1024U;

  /// \param alone for a body that finds no other, and on processors that gain nothing by several.
  body_digests(asio::any_io_executor executor, hash alone)
      : executor_(std::move(executor)), alone_(alone), patience_over_(executor_) {}

  /// Of the body, which lives until then.
  /// \param patience for how long it may wait until as many have come as are hashed side by side.
  asio::awaitable<sha256_digest> of(std::string_view body, std::chrono::microseconds patience = {});

 private:
  struct waiter;

  asio::awaitable<void> wait_for_others(bool is_first, std::chrono::microseconds patience);
  void hash_waiting();

  asio::any_io_executor executor_;
  hash alone_;
  asio::steady_timer patience_over_;  // the first one's; others with patience wait for it as well
  std::vector<waiter*> waiting_;      // each lives in its coroutine; fewer than sha256_lanes
};

}  // namespace tidewire::http
