#include "http/pool.hpp"

#include "http/connection.hpp"
#include "http/errc.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <list>
#include <utility>
#include <vector>

namespace tidewire::http {

namespace {

using steady = std::chrono::steady_clock;

/// Somebody who waits for a connection. Lives in the coroutine that waits.
struct waiter {
  explicit waiter(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  bool granted = false;
};

}  // namespace

struct pool::state {
  state(asio::any_io_executor e, origin t, options h)
      : executor(std::move(e)),
        to(std::move(t)),
        how(std::move(h)),
        host(to.authority()),
        free(how.connections_max) {
    if (to.tls) tls = make_client_context(how.ca_file, how.verify_peer);
  }

  asio::any_io_executor executor;
  origin to;
  options how;
  std::string host;
  std::size_t free;            // connections that may still be in use at the same time
  std::list<waiter*> waiting;  // in the order of their coming
  ssl_context tls;
  std::vector<std::shared_ptr<connection>>
      idle;  // the most recently used last; after `tls`, which they use

  std::shared_ptr<connection> take_idle();
  void give_back(std::shared_ptr<connection> c);
  void give_slot_back();
  asio::awaitable<error_code> take_slot(steady::time_point deadline);
};

namespace {

/// The right to use one connection, given back on every way out.
template <class State>
class slot {
 public:
  explicit slot(State& owner) : owner_(owner) {}
  ~slot() { owner_.give_slot_back(); }
  slot(const slot&) = delete;
  slot& operator=(const slot&) = delete;

 private:
  State& owner_;
};

/// Takes a waiter off the list on every way out, also when its coroutine is destroyed while it
/// waits.
class place_in_queue {
 public:
  place_in_queue(std::list<waiter*>& queue, waiter* who) : queue_(queue), who_(who) {
    queue_.push_back(who_);
  }
  ~place_in_queue() { queue_.remove(who_); }
  place_in_queue(const place_in_queue&) = delete;
  place_in_queue& operator=(const place_in_queue&) = delete;

 private:
  std::list<waiter*>& queue_;
  waiter* who_;
};

}  // namespace

asio::awaitable<error_code> pool::state::take_slot(steady::time_point deadline) {
  if (free > 0 && waiting.empty()) {
    --free;
    co_return error_code();
  }
  waiter me(executor);
  const place_in_queue place(waiting, &me);
  me.timer.expires_at(deadline);
  auto [ignored] = co_await me.timer.async_wait(as_result);
  static_cast<void>(ignored);
  co_return me.granted ? error_code() : error_code(errc::deadline_exceeded);
}

void pool::state::give_slot_back() {
  if (waiting.empty()) {
    ++free;
    return;
  }
  waiter* const next = waiting.front();
  waiting.pop_front();
  next->granted = true;
  next->timer.cancel();
}

std::shared_ptr<connection> pool::state::take_idle() {
  const auto oldest = steady::now() - how.idle_max;
  std::erase_if(idle, [oldest](const auto& c) { return c->idle_since() < oldest; });
  while (!idle.empty()) {
    auto c = std::move(idle.back());
    idle.pop_back();
    if (c->still_quiet()) return c;
  }
  return nullptr;
}

void pool::state::give_back(std::shared_ptr<connection> c) {
  idle.push_back(std::move(c));
}

pool::pool(asio::any_io_executor executor, origin to, options how)
    : state_(std::make_shared<state>(std::move(executor), std::move(to), std::move(how))) {}

pool::~pool() = default;

const origin& pool::to() const noexcept {
  return state_->to;
}

task<response> pool::send(const request& message, std::chrono::milliseconds deadline) {
  const auto s = state_;
  const auto until = steady::now() + deadline;
  const error_code no_slot = co_await s->take_slot(until);
  if (no_slot) co_return no_slot;
  const slot<state> mine(*s);
  for (bool again = false;; again = true) {
    // A connection that was kept may have been closed by the peer just now; the second try is on a
    // new one.
    auto c = again ? nullptr : s->take_idle();
    const bool kept = c != nullptr;
    if (!kept) {
      c = std::make_shared<connection>(s->executor, s->tls.get());
      const error_code unopened =
          co_await c->open(s->to, std::min(until, steady::now() + s->how.connect_ms_max));
      if (unopened) co_return unopened;
    }
    auto exchanging = c->exchange(message, s->host, until, s->how.response_bytes_max);
    result<response> answered = co_await std::move(exchanging);
    if (answered) {
      if (c->reusable()) s->give_back(std::move(c));
      co_return answered;
    }
    if (!kept || c->answer_began() || answered.error() == errc::deadline_exceeded)
      co_return answered;
  }
}

}  // namespace tidewire::http
