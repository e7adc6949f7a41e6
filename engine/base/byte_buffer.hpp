#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

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
  /// Gives up everything after the first `size` bytes.
  void truncate(std::size_t size) noexcept { size_ = size; }

  void reserve(std::size_t capacity) {
    if (capacity > capacity_) grow_to(capacity);
  }

  /// Room for `size` more bytes, to be filled by the caller and kept with commit().
  char* prepare(std::size_t size) {
    if (capacity_ - size_ < size) [[unlikely]]
      grow_to(size_ + size);
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
  void grow_to(std::size_t needed) {
    const std::size_t doubled = capacity_ * 2;
    const std::size_t capacity = needed > doubled ? needed : doubled;
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
