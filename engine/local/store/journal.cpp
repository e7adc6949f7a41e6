#include "local/store/journal.hpp"

#include "base/checksum.hpp"
#include "base/cursor.hpp"
#include "base/startup_error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace tidewire::local {
namespace {

constexpr std::size_t head_size = 9;  // length, checksum, kind
/// Larger than any record and any list of queues: what claims to be longer is not ours.
constexpr std::uint32_t payload_max = 256U * 1024U * 1024U;
constexpr std::size_t pending_max = 4UL * 1024 * 1024;

void append_big(std::string& out, std::uint32_t value) {
  for (unsigned i = 4; i-- > 0;) out.push_back(static_cast<char>(value >> (8U * i) & 0xffU));
}

[[noreturn]] void refuse(const std::filesystem::path& file, const char* what) {
  throw startup_error(std::string("cannot ") + what + " " + file.string() + ": " +
                      std::strerror(errno));
}

int open_file(const std::filesystem::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0644);
  if (descriptor < 0) refuse(file, "open");
  return descriptor;
}

std::string read_whole(int descriptor, const std::filesystem::path& file) {
  std::string out;
  const auto size = ::lseek(descriptor, 0, SEEK_END);
  if (size < 0) refuse(file, "read");
  out.resize(static_cast<std::size_t>(size));
  std::size_t have = 0;
  while (have < out.size()) {
    const auto got =
        ::pread(descriptor, out.data() + have, out.size() - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(file, "read");
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

/// \return how many bytes from the front are whole entries.
std::size_t replay_all(std::string_view bytes, const journal::reader& replay) {
  cursor in(bytes);
  for (;;) {
    const std::size_t good = bytes.size() - in.remaining();
    std::uint32_t size = 0;
    std::uint32_t sum = 0;
    char kind = 0;
    std::string_view payload;
    if (!in.read_big(size) || !in.read_big(sum) || !in.read_byte(kind) || size > payload_max ||
        !in.read_bytes(size, payload) || checksum({{&kind, 1}, payload}) != sum)
      return good;
    replay(kind, payload);
  }
}

}  // namespace

journal::journal(std::filesystem::path file, const reader& replay) : file_(std::move(file)) {
  descriptor_ = open_file(file_, O_RDWR | O_CREAT);
  const std::string bytes = read_whole(descriptor_, file_);
  size_ = replay_all(bytes, replay);
  if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0 ||
      ::lseek(descriptor_, 0, SEEK_END) < 0)
    refuse(file_, "cut");
}

journal::~journal() {
  sync();
  ::close(descriptor_);
}

void journal::append(char kind, std::string_view payload) {
  append_big(pending_, static_cast<std::uint32_t>(payload.size()));
  append_big(pending_, checksum({{&kind, 1}, payload}));
  pending_.push_back(kind);
  pending_.append(payload);
  size_ += head_size + payload.size();
  if (pending_.size() > pending_max) flush();
}

void journal::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      healthy_ = false;
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
    dirty_ = true;
  }
  pending_.clear();
}

void journal::begin_rewrite() {
  flush();
  const auto fresh = std::filesystem::path(file_.string() + ".new");
  const int descriptor = open_file(fresh, O_RDWR | O_CREAT | O_TRUNC);
  ::close(std::exchange(descriptor_, descriptor));
  size_ = 0;
}

void journal::end_rewrite() {
  flush();
  if (::fsync(descriptor_) != 0) healthy_ = false;
  std::error_code error;
  if (healthy_) std::filesystem::rename(file_.string() + ".new", file_, error);
  if (error) healthy_ = false;
  const auto folder =
      file_.parent_path().empty() ? std::filesystem::path(".") : file_.parent_path();
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened >= 0) {
    ::fsync(opened);
    ::close(opened);
  }
  dirty_ = false;
}

void journal::sync() {
  flush();
  if (std::exchange(dirty_, false) && ::fdatasync(descriptor_) != 0) healthy_ = false;
}

}  // namespace tidewire::local
