#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace tidewire {

/// A growing run of bytes that keeps its memory when cleared and never initialises what it is about
/// to overwrite. The hot path appends to one of these and allocates only until the largest batch
/// has been seen.
class byte_buffer {
 public:
  byte_buffer() = default;
  explicit byte_buffer(std::size_t capacity) { reserve(capacity); }

  const char* data() const noexcept { return bytes_.get(); }
  char* data() noexcept { return bytes_.get(); }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }
  std::string_view view() const noexcept { return {bytes_.get(), size_}; }
  std::string_view view(std::size_t offset, std::size_t size) const noexcept {
    return {bytes_.get() + offset, size};
  }

  void clear() noexcept { size_ = 0; }
  /// The same; but memory beyond `kept_bytes_max`, which something rare and large has needed, goes.
  void clear(std::size_t kept_bytes_max) noexcept {
    size_ = 0;
    if (capacity_ > kept_bytes_max) *this = byte_buffer();
  }
  /// Gives up everything after the first `size` bytes.
  void truncate(std::size_t size) noexcept { size_ = size; }

  /// Gives up the first `count` bytes; and memory beyond `kept_bytes_max`, where the rest does not
  /// need it.
  void drop_front(std::size_t count, std::size_t kept_bytes_max) {
    const std::size_t left = size_ - count;
    if (capacity_ > kept_bytes_max && left <= kept_bytes_max) {
      byte_buffer smaller;
      if (left > 0) smaller.append(view(count, left));
      *this = std::move(smaller);
      return;
    }
    if (count > 0 && left > 0) std::memmove(bytes_.get(), bytes_.get() + count, left);
    size_ = left;
  }

  void reserve(std::size_t capacity) {
    if (capacity > capacity_) move_to(std::max(capacity, 2 * capacity_));
  }

  /// Room for `size` more bytes, to be filled by the caller and kept with commit().
  char* prepare(std::size_t size) {
    if (capacity_ - size_ < size) [[unlikely]]
      grow_for(size_ + size);
    return bytes_.get() + size_;
  }
  void commit(std::size_t size) noexcept { size_ += size; }

  void append(std::string_view text) {
    char* const end = prepare(text.size());
    if (!text.empty()) std::memcpy(end, text.data(), text.size());
    size_ += text.size();
  }
  void push_back(char byte) {
    *prepare(1) = byte;
    ++size_;
  }

 private:
  /// To twice as much. For a value that is larger than that, to an eighth more than it needs:
  /// little follows it, and doubling again would copy it once more.
  void grow_for(std::size_t needed) { move_to(std::max(2 * capacity_, needed + needed / 8)); }

  void move_to(std::size_t capacity) {
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tidewire
