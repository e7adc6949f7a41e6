#pragma once

#include "base/task.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>
#include <limits>

namespace tidewire::http {

/// Asio writes at most 64 KiB per system call by default: 80 of them for a 5 MiB request. This lets
/// the kernel take what it can.
struct all_at_once {
  std::size_t operator()(const error_code& error, std::size_t) const noexcept {
    return error ? 0 : std::numeric_limits<int>::max();
  }
};

/// Writes all parts, gathered, without copying them together. The parts must live until the end.
template <std::size_t Count>
asio::awaitable<error_code> write_all(asio::ip::tcp::socket& socket,
                                      std::array<asio::const_buffer, Count> parts) {
  auto [error, size] = co_await asio::async_write(socket, parts, all_at_once{}, as_result);
  static_cast<void>(size);
  co_return error;
}

}  // namespace tidewire::http
