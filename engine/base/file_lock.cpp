#include "base/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace tidewire {

result<file_lock> file_lock::take(const std::string& path, kind how) {
  file_lock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.file_ < 0 ||
      ::flock(lock.file_, (how == kind::alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0)
    return error_code(errno, boost::system::system_category());
  return lock;
}

file_lock::file_lock(file_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

file_lock& file_lock::operator=(file_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

file_lock::~file_lock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace tidewire
