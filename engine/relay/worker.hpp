#pragma once

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <utility>

namespace tidewire::relay {

/// One thread for what blocks (files), so that the others' timers and answers do not wait for a
/// disk.
class worker {
 public:
  worker() : thread_(1) {}
  ~worker() { thread_.join(); }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  /// Runs `work` there and comes back with what it answered to the thread it was called from.
  template <class Answer>
  asio::awaitable<Answer> run(std::function<Answer()> work) {
    auto there = call(std::move(work));
    co_return co_await asio::co_spawn(
        thread_.get_executor(), std::move(there), asio::use_awaitable);
  }

 private:
  template <class Answer>
  static asio::awaitable<Answer> call(std::function<Answer()> work) {
    co_return work();
  }

  asio::thread_pool thread_;
};

}  // namespace tidewire::relay
