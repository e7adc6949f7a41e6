#pragma once

#include <optional>
#include <string>

namespace tidewire::app {

/// Keeps `tidewire offsets import` away from the position file of a running engine. Engines share
/// it, as the second one is a standby of the first. A lock on `<position file>.lock`.
class offsets_lock {
 public:
  enum class kind { shared, alone };

  /// Nothing where somebody else has it. Where no lock can be made, as in a folder that cannot be
  /// written to, there is nothing to protect either.
  static std::optional<offsets_lock> take(const std::string& position_file, kind how);

  offsets_lock(offsets_lock&& other) noexcept;
  offsets_lock& operator=(offsets_lock&& other) noexcept;
  ~offsets_lock();

 private:
  explicit offsets_lock(int file) noexcept : file_(file) {}
  int file_;  // -1: none
};

}  // namespace tidewire::app
