#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace tidewire::testing {

/// Runs a coroutine to its end on the calling thread and answers what it returned, or throws what
/// it threw. Whatever else was spawned on the same io_context goes on as long as it runs. The limit
/// only ends what hangs: a busy machine may take long.
template <class T>
T run_task(boost::asio::io_context& io,
           boost::asio::awaitable<T> work,
           std::chrono::seconds within = std::chrono::seconds(300)) {
  std::optional<T> answer;
  std::exception_ptr thrown;
  const auto keep = [](boost::asio::awaitable<T> what,
                       std::optional<T>& where) -> boost::asio::awaitable<void> {
    where.emplace(co_await std::move(what));
  };
  boost::asio::co_spawn(io, keep(std::move(work), answer), [&](std::exception_ptr error) {
    thrown = error;
    io.stop();
  });
  io.restart();
  io.run_for(within);
  if (thrown) std::rethrow_exception(thrown);
  if (!answer) throw std::runtime_error("the coroutine did not end in time");
  return std::move(*answer);
}

template <class T>
T run_task(boost::asio::awaitable<T> work) {
  boost::asio::io_context io(1);
  return run_task(io, std::move(work));
}

}  // namespace tidewire::testing
