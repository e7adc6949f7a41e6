#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tidewire::transform {

/// What java.time.ZoneId.of() takes: a region of the time zone database (`Europe/Berlin`), as the
/// system has it, or an offset from UTC (`+05:30`, `-08:15:30`).
class time_zone {
 public:
  /// Nothing for a name that the system does not know.
  static std::optional<time_zone> named(const std::string& name);

  /// Seconds east of UTC at a local time, which is given as the seconds since 1970 that it would be
  /// in UTC. Where clocks are put forward or back the offset of before, as ZoneRules.getOffset().
  std::int64_t offset_at_local(std::int64_t local_s) const;
  /// Seconds east of UTC at a moment.
  std::int64_t offset_at(std::int64_t unix_s) const;

 private:
  struct region;
  explicit time_zone(std::shared_ptr<const region> of) : region_(std::move(of)) {}

  std::shared_ptr<const region> region_;
};

}  // namespace tidewire::transform
