#include "relay/pace.hpp"

#include <algorithm>

namespace tidewire::relay {

pace::milliseconds pace::after_page(std::size_t records, std::size_t bytes, clock::time_point now) {
  const milliseconds gap = now < careful_until_ ? limits_.throttled_gap : milliseconds(0);
  if (records == 0) {
    idle_ = idle_ == milliseconds(0) ? limits_.idle_min : std::min(limits_.idle_max, idle_ * 5 / 4);
    return std::max(idle_, gap);
  }
  idle_ = milliseconds(0);
  const std::size_t record_bytes = std::max<std::size_t>(1, bytes / records);
  page_limit_ = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(limits_.page_bytes / record_bytes), 1, records_max);
  return gap;
}

pace::milliseconds pace::after_throttling(clock::time_point now) {
  careful_until_ = now + limits_.careful_for;
  return limits_.throttled_wait;
}

}  // namespace tidewire::relay
