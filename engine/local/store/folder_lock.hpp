#pragma once

#include <filesystem>

namespace tidewire::local {

/// Keeps a second local AWS away from the journals of a first, as long as it lives: both would
/// write into the same files. A kill lets go of it, too.
class folder_lock {
 public:
  /// \throws startup_error if another process has the folder, or no lock can be made in it.
  explicit folder_lock(const std::filesystem::path& folder);
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;
  ~folder_lock();

 private:
  int file_;
};

}  // namespace tidewire::local
