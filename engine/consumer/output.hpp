#pragma once

#include "base/task.hpp"

#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tidewire::consumer {

/// Writes to a file descriptor, such as standard output, on a thread of its own: a slow reader at
/// the other end of a pipe must not keep the visibility of messages from being extended.
class output {
 public:
  explicit output(int descriptor) : descriptor_(descriptor), thread_(1) {}
  ~output() { thread_.join(); }
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  /// Writes the pieces in order. \return how many went out whole; fewer than all: the other end is
  /// gone, or the disk is full, and nothing more is written from then on.
  asio::awaitable<std::size_t> write(std::vector<std::string> pieces);

  /// Of the first write that failed, as an errno value.
  int error() const noexcept { return error_; }

 private:
  struct written {
    std::size_t pieces = 0;
    int error = 0;
  };
  static asio::awaitable<written> write_there(int descriptor, std::vector<std::string> pieces);

  int descriptor_;
  int error_ = 0;
  asio::thread_pool thread_;
};

}  // namespace tidewire::consumer
