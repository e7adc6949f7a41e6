#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::testing {

/// Builds protocol messages for tests: integers in network byte order, texts as they are.
class message_bytes {
 public:
  explicit message_bytes(char type) : bytes_(1, type) {}

  message_bytes& i8(int value) { return big(static_cast<std::uint64_t>(value), 1); }
  message_bytes& i16(int value) { return big(static_cast<std::uint64_t>(value), 2); }
  message_bytes& i32(std::int64_t value) { return big(static_cast<std::uint64_t>(value), 4); }
  message_bytes& i64(std::uint64_t value) { return big(value, 8); }
  message_bytes& c_string(std::string_view text) {
    bytes_.append(text);
    bytes_ += '\0';
    return *this;
  }
  message_bytes& raw(std::string_view text) {
    bytes_.append(text);
    return *this;
  }
  message_bytes& text_column(std::string_view text) {
    return raw("t").i32(static_cast<std::int64_t>(text.size())).raw(text);
  }

  const std::string& str() const { return bytes_; }

 private:
  message_bytes& big(std::uint64_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
      bytes_ += static_cast<char>(value >> shift);
    return *this;
  }

  std::string bytes_;
};

}  // namespace tidewire::testing
