#include "postgres/watched_socket.hpp"

#include <boost/asio/error.hpp>
#include <unistd.h>

#include <cerrno>

namespace tidewire::postgres {

error_code watched_socket::assign(int fd) {
  close();
  const int copy = ::dup(fd);
  if (copy < 0) return {errno, boost::system::system_category()};
  error_code ec;
  socket_.assign(copy, ec);
  if (ec.failed()) ::close(copy);
  return ec;
}

asio::awaitable<error_code> watched_socket::wait(wait_type what,
                                                 std::chrono::steady_clock::time_point until) {
  const std::uint64_t mine = ++*generation_;
  bool late = false;
  timer_.expires_at(until);
  timer_.async_wait([this, mine, &late, generation = generation_](error_code ended) {
    if (ended.failed() || *generation != mine) return;
    late = true;
    interrupt();
  });
  auto [ended] = co_await socket_.async_wait(what, as_result);
  ++*generation_;
  timer_.cancel();
  if (late) co_return asio::error::timed_out;
  co_return ended;
}

void watched_socket::interrupt() noexcept {
  error_code ignored;
  socket_.cancel(ignored);
}

void watched_socket::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace tidewire::postgres
