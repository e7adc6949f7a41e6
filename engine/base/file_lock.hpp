#pragma once

#include "base/result.hpp"

#include <string>

namespace tidewire {

/// A lock of a file, held for as long as this lives; a kill lets go of it, too. It keeps away only
/// those who ask for it.
class file_lock {
 public:
  enum class kind { shared, alone };

  /// Makes the file where it is missing, mode 0600. Does not wait.
  /// \errors operation_would_block: somebody else has it; otherwise why there can be none.
  static result<file_lock> take(const std::string& path, kind how = kind::alone);

  file_lock() = default;  // of nothing
  file_lock(file_lock&& other) noexcept;
  file_lock& operator=(file_lock&& other) noexcept;
  ~file_lock();

 private:
  explicit file_lock(int file) noexcept : file_(file) {}
  int file_ = -1;
};

}  // namespace tidewire
