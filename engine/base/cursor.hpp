#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tidewire {

/// Walks once over received bytes. Every read says whether there was enough; a failed read moves
/// nothing. Views that it returns point into the bytes it was made from and live as long as those.
class cursor {
 public:
  explicit cursor(std::string_view bytes) noexcept : rest_(bytes) {}

  std::size_t remaining() const noexcept { return rest_.size(); }
  std::string_view rest() const noexcept { return rest_; }

  /// Reads an integer in network byte order.
  template <std::integral Integer>
  bool read_big(Integer& value) noexcept {
    if (rest_.size() < sizeof(Integer)) return false;
    Integer raw;
    std::memcpy(&raw, rest_.data(), sizeof raw);
    value = from_big(raw);
    rest_.remove_prefix(sizeof raw);
    return true;
  }

  bool read_byte(char& value) noexcept {
    if (rest_.empty()) return false;
    value = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  bool read_bytes(std::size_t size, std::string_view& bytes) noexcept {
    if (rest_.size() < size) return false;
    bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  /// Reads text up to a NUL and steps over the NUL, which is not part of `text`.
  bool read_c_string(std::string_view& text) noexcept {
    const auto end = rest_.find('\0');
    if (end == std::string_view::npos) return false;
    text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

 private:
  template <std::integral Integer>
  static Integer from_big(Integer raw) noexcept {
    if constexpr (sizeof(Integer) == 1 || std::endian::native == std::endian::big) {
      return raw;
    } else if constexpr (sizeof(Integer) == 2) {
      return static_cast<Integer>(__builtin_bswap16(static_cast<std::uint16_t>(raw)));
    } else if constexpr (sizeof(Integer) == 4) {
      return static_cast<Integer>(__builtin_bswap32(static_cast<std::uint32_t>(raw)));
    } else {
      return static_cast<Integer>(__builtin_bswap64(static_cast<std::uint64_t>(raw)));
    }
  }

  std::string_view rest_;
};

}  // namespace tidewire
