#include "pipeline/doorbell.hpp"

#include "base/task.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>

namespace tidewire::pipeline {

struct doorbell::state {
  explicit state(const asio::any_io_executor& executor) : timer(executor) {}

  asio::steady_timer timer;
  std::atomic<bool> rung{false};
};

doorbell::doorbell(const asio::any_io_executor& executor)
    : state_(std::make_shared<state>(executor)) {}

void doorbell::ring() {
  if (state_->rung.exchange(true, std::memory_order_acq_rel)) return;
  asio::post(state_->timer.get_executor(), [kept = state_] { kept->timer.cancel(); });
}

asio::awaitable<void> doorbell::wait_until(time_point deadline) {
  const auto kept = state_;
  if (kept->rung.exchange(false, std::memory_order_acq_rel)) co_return;
  kept->timer.expires_at(deadline);
  [[maybe_unused]] const auto [cancelled] = co_await kept->timer.async_wait(as_result);
  // An exchange and not a store: it must be ordered before the waiter's look at what the ring was
  // about.
  kept->rung.exchange(false, std::memory_order_acq_rel);
}

}  // namespace tidewire::pipeline
