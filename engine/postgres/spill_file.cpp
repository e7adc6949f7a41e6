#include "postgres/spill_file.hpp"

#include "base/checksum.hpp"
#include "postgres/errc.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tidewire::postgres {
namespace {

error_code last_error() noexcept {
  return {errno, boost::system::system_category()};
}

/// For file systems that know no files without a name.
int open_and_unlink(const std::string& folder) {
  std::string path = folder + "/tidewire-spill-XXXXXX";
  const int file = ::mkostemp(path.data(), O_CLOEXEC);  // of mode 0600
  if (file >= 0) ::unlink(path.c_str());
  return file;
}

error_code write_at(int file, std::string_view bytes, off_t at) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_error();
    bytes.remove_prefix(static_cast<std::size_t>(written));
    at += written;
  }
  return {};
}

}  // namespace

spill_file::~spill_file() {
  if (file_ >= 0) ::close(file_);
}

error_code spill_file::open() {
  if (file_ >= 0) return {};
  const std::string folder = how_.folder.empty() ? "." : how_.folder;
  std::error_code ignored;  // what is wrong with the folder, opening says
  std::filesystem::create_directories(folder, ignored);
  file_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) file_ = open_and_unlink(folder);
  return file_ < 0 ? last_error() : error_code{};
}

result<spill_file::place> spill_file::put(std::string_view bytes) {
  assert(bytes.size() <= how_.block_bytes);
  if (const error_code trouble = open()) return trouble;
  const bool longer = free_.empty();
  if (longer && blocks_made_ >= how_.bytes_max / how_.block_bytes)
    return make_error_code(errc::spill_full);
  const std::uint32_t number = longer ? static_cast<std::uint32_t>(blocks_made_) : free_.back();
  const auto at = static_cast<off_t>(std::uint64_t{number} * how_.block_bytes);
  if (const error_code trouble = write_at(file_, bytes, at)) return trouble;
  if (longer)
    ++blocks_made_;
  else
    free_.pop_back();
  return place{.number = number,
               .size = static_cast<std::uint32_t>(bytes.size()),
               .checksum = checksum(bytes)};
}

error_code spill_file::get(const place& block, byte_buffer& to) const {
  const std::size_t before = to.size();
  char* const begin = to.prepare(block.size);
  std::size_t done = 0;
  while (done < block.size) {
    const auto at = static_cast<off_t>(std::uint64_t{block.number} * how_.block_bytes + done);
    const ssize_t count = ::pread(file_, begin + done, block.size - done, at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_error();
    if (count == 0) return make_error_code(errc::spill_damaged);  // somebody cut the file
    done += static_cast<std::size_t>(count);
  }
  to.commit(block.size);
  if (checksum(to.view(before, block.size)) == block.checksum) return {};
  to.truncate(before);
  return make_error_code(errc::spill_damaged);
}

void spill_file::release(const place& block) {
  free_.push_back(block.number);
  if (free_.size() < blocks_made_) return;
  free_.clear();
  blocks_made_ = 0;
  // A room that cannot be given back is used again all the same.
  [[maybe_unused]] const int cut = ::ftruncate(file_, 0);
}

}  // namespace tidewire::postgres
