#pragma once

#include "postgres/failure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace tidewire::postgres {

/// A duplicate of a socket that somebody else owns and may close at any moment (libpq does while it
/// connects), to wait on until a deadline. One wait at a time.
class watched_socket {
 public:
  using wait_type = asio::posix::descriptor_base::wait_type;

  explicit watched_socket(asio::any_io_executor executor) : socket_(executor), timer_(executor) {}
  watched_socket(const watched_socket&) = delete;
  watched_socket& operator=(const watched_socket&) = delete;
  ~watched_socket() { ++*generation_; }

  /// Takes a duplicate of `fd` in place of the one before.
  error_code assign(int fd);
  bool is_open() const noexcept { return socket_.is_open(); }

  /// No error: ready. asio::error::timed_out: the time has come. asio::error::operation_aborted:
  /// interrupt() or close().
  asio::awaitable<error_code> wait(wait_type what, std::chrono::steady_clock::time_point until);
  void interrupt() noexcept;
  void close() noexcept;

 private:
  asio::posix::stream_descriptor socket_;
  asio::steady_timer timer_;
  // A timer's handler may already be queued when its wait is over, or this is gone: it then finds
  // another number here.
  std::shared_ptr<std::uint64_t> generation_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace tidewire::postgres
