#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace tidewire::testing {

/// Runs `io` until the coroutine has ended and answers what it answered; rethrows what it threw.
/// Other coroutines on the same io_context make progress meanwhile, and stay where they are
/// afterwards.
template <class T>
T run_task(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
  std::optional<T> value;
  std::exception_ptr thrown;
  bool ended = false;
  boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr failed, T answered) {
    ended = true;
    thrown = failed;
    if (!failed) value.emplace(std::move(answered));
  });
  io.restart();
  while (!ended && io.run_one() > 0) {
  }
  if (thrown) std::rethrow_exception(thrown);
  if (!value) throw std::logic_error("the io_context ran out of work before the coroutine ended");
  return std::move(*value);
}

}  // namespace tidewire::testing
