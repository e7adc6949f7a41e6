#pragma once

#include "base/byte_buffer.hpp"

#include <cstddef>
#include <cstring>
#include <string_view>

namespace tidewire::http {

/// Received bytes that wait to be parsed; the memory is kept for the life of the connection.
class receive_buffer {
 public:
  std::string_view view() const noexcept {
    return {bytes_.data() + begin_, bytes_.size() - begin_};
  }
  bool empty() const noexcept { return begin_ == bytes_.size(); }

  /// Room for `size` more bytes, to be kept with commit(); what was consumed is given up first.
  char* prepare(std::size_t size) {
    if (begin_ > 0) {
      const std::size_t left = bytes_.size() - begin_;
      if (left > 0) std::memmove(bytes_.data(), bytes_.data() + begin_, left);
      bytes_.truncate(left);
      begin_ = 0;
    }
    return bytes_.prepare(size);
  }
  void commit(std::size_t size) noexcept { bytes_.commit(size); }
  void consume(std::size_t size) noexcept { begin_ += size; }
  void clear() noexcept {
    bytes_.clear();
    begin_ = 0;
  }

 private:
  byte_buffer bytes_;
  std::size_t begin_ = 0;
};

}  // namespace tidewire::http
