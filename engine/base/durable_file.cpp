#include "base/durable_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace tidewire {
namespace {

class descriptor {
 public:
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_;
};

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

iovec part(std::string_view text) noexcept {
  return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
}

/// In one call, as far as the system goes, so that the lines of two writers do not mix; and without
/// a copy of the line.
int write_line(int fd, bool behind_half_a_line, std::string_view line) {
  const std::array parts{part(behind_half_a_line ? "\n" : ""), part(line), part("\n")};
  ssize_t size = 0;
  do {
    size = ::writev(fd, parts.data(), static_cast<int>(parts.size()));
  } while (size < 0 && errno == EINTR);
  if (size < 0) return errno;
  auto written = static_cast<std::size_t>(size);
  for (const iovec& one : parts) {
    const std::string_view text(static_cast<const char*>(one.iov_base), one.iov_len);
    const std::size_t done = std::min(written, text.size());
    written -= done;
    if (const int error = write_all(fd, text.substr(done)); error != 0) return error;
  }
  return 0;
}

int write_synced(const std::string& path, std::string_view content) {
  const descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return errno;
  if (const int error = write_all(fd.get(), content); error != 0) return error;
  return ::fsync(fd.get()) == 0 ? 0 : errno;
}

int sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const descriptor fd(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return errno;
  return 0;
}

bool ends_within_line(int fd) {
  struct stat about{};
  if (::fstat(fd, &about) != 0 || about.st_size == 0) return false;
  char last = '\n';
  return ::pread(fd, &last, 1, about.st_size - 1) == 1 && last != '\n';
}

}  // namespace

int replace_file(const std::string& path, std::string_view content) {
  const std::string beside = path + ".new";
  int error = write_synced(beside, content);
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return sync_folder_of(path);
  ::unlink(beside.c_str());  // half a file would keep the room that a full disk lacks
  return error;
}

int append_line(const std::string& path, std::string_view line) {
  const descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd) return errno;
  if (const int error = write_line(fd.get(), ends_within_line(fd.get()), line); error != 0)
    return error;
  if (::fsync(fd.get()) != 0) return errno;
  return sync_folder_of(path);
}

std::string file_safe(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    if (plain)
      safe += c;
    else
      safe += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return safe;
}

}  // namespace tidewire
