#include "consumer/output.hpp"

#include <boost/asio/co_spawn.hpp>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace tidewire::consumer {
namespace {

int write_whole(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd ready{descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

asio::awaitable<std::size_t> output::write(std::vector<std::string> pieces) {
  if (error_ != 0) co_return 0;
  auto there = write_there(descriptor_, std::move(pieces));
  const written end =
      co_await asio::co_spawn(thread_.get_executor(), std::move(there), asio::use_awaitable);
  if (error_ == 0) error_ = end.error;
  co_return end.pieces;
}

asio::awaitable<output::written> output::write_there(int descriptor,
                                                     std::vector<std::string> pieces) {
  written end;
  for (const auto& piece : pieces) {
    end.error = write_whole(descriptor, piece);
    if (end.error != 0) break;
    ++end.pieces;
  }
  co_return end;
}

}  // namespace tidewire::consumer
