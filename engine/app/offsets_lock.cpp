#include "app/offsets_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace tidewire::app {

std::optional<offsets_lock> offsets_lock::take(const std::string& position_file, kind how) {
  const std::filesystem::path folder = std::filesystem::path(position_file).parent_path();
  std::error_code ignored;
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  const std::string path = position_file + ".lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return offsets_lock(-1);
  if (::flock(file, (how == kind::alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 ||
      errno != EWOULDBLOCK)
    return offsets_lock(file);
  ::close(file);
  return std::nullopt;
}

offsets_lock::offsets_lock(offsets_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

offsets_lock& offsets_lock::operator=(offsets_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

offsets_lock::~offsets_lock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace tidewire::app
