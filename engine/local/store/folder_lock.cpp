#include "local/store/folder_lock.hpp"

#include "base/startup_error.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace tidewire::local {

folder_lock::folder_lock(const std::filesystem::path& folder)
    : file_(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const int error = errno;
  if (file_ >= 0) ::close(file_);
  throw startup_error(error == EWOULDBLOCK
                          ? "another local AWS keeps its data in " + folder.string() +
                                ": stop it, or name another folder (--data)"
                          : "cannot lock " + (folder / "lock").string() + ": " +
                                std::string(std::strerror(error)));
}

folder_lock::~folder_lock() {
  ::close(file_);
}

}  // namespace tidewire::local
