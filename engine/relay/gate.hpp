#pragma once

#include "pipeline/doorbell.hpp"

#include <boost/asio/co_spawn.hpp>

#include <cstddef>
#include <exception>
#include <utility>

namespace tidewire::relay {

namespace asio = boost::asio;

/// Counts the coroutines that were started and not awaited, and waits for their end. An exception
/// in one of them is a broken belief and leaves the io_context's run(). Must outlive them; one
/// waiter.
class gate {
 public:
  explicit gate(asio::any_io_executor executor)
      : executor_(std::move(executor)), empty_(executor_) {}

  void start(asio::awaitable<void> work) {
    ++inside_;
    asio::co_spawn(executor_, std::move(work), [this](std::exception_ptr error) {
      if (--inside_ == 0) empty_.ring();
      if (error) std::rethrow_exception(error);
    });
  }

  std::size_t inside() const noexcept { return inside_; }

  asio::awaitable<void> wait() {
    while (inside_ > 0) co_await empty_.wait();
  }

 private:
  asio::any_io_executor executor_;
  pipeline::doorbell empty_;
  std::size_t inside_ = 0;
};

}  // namespace tidewire::relay
