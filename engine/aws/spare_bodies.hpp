#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tidewire::aws {

/// The memory of large bodies that have been sent, for those to come. Taken from the system anew,
/// each megabyte is cleared by the kernel first, and what is given back leaves holes of all sizes.
/// For one thread.
class spare_bodies {
 public:
  /// Smaller ones the allocator handles well.
  static constexpr std::size_t body_bytes_min = 64U * 1024U;
  /// Eight requests of 500 events with Debezium's schema: of more under way, the rest is given
  /// back.
  static constexpr std::size_t kept_bytes_max = 12U * 1024U * 1024U;

  /// An empty text with room for `bytes`.
  std::string take(std::size_t bytes);
  void give(std::string body);

 private:
  std::vector<std::string> spare_;  // the one used last at the end
  std::size_t kept_bytes_ = 0;      // capacities of the above
};

}  // namespace tidewire::aws
