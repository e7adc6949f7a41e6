#include "postgres/session_bell.hpp"

#include <utility>

namespace tidewire::postgres {

void session_bell::ring() {
  rung_ = true;
  timer_.cancel();
}

asio::awaitable<bool> session_bell::wait_until(time_point deadline) {
  while (!rung_) {
    timer_.expires_at(deadline);
    co_await timer_.async_wait(as_result);
    if (!rung_ && std::chrono::steady_clock::now() >= deadline) co_return false;
  }
  rung_ = false;
  co_return true;
}

}  // namespace tidewire::postgres
