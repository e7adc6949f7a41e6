#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace tidewire {

/// Wall-clock time, passed in wherever a result depends on it, so that tests are exact.
using wall_clock = std::function<std::chrono::system_clock::time_point()>;

inline std::int64_t unix_ms(std::chrono::system_clock::time_point time) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

inline std::int64_t unix_us(std::chrono::system_clock::time_point time) noexcept {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace tidewire
