#include "base/durable_file.hpp"
#include "relay/checkpoint.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace tidewire::relay {
namespace {

constexpr std::string_view extension = ".checkpoint";
constexpr std::size_t checkpoint_bytes_max = 64U * 1024U;

checkpoint_error failed(std::string_view what, std::string_view path, int error) {
  return {fmt::format("{} {}: {}", what, path, std::strerror(error))};
}

}  // namespace

checkpoint_folder::checkpoint_folder(std::string path) : path_(std::move(path)) {}

checkpoint_result<bool> checkpoint_folder::open() {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) return failed("cannot make the folder", path_, error.value());
  if (::access(path_.c_str(), R_OK | W_OK | X_OK) != 0)
    return failed("cannot write to the folder", path_, errno);
  return true;
}

checkpoint_result<bool> checkpoint_folder::lock(const std::string& stream) {
  const std::string file = path_ + "/" + file_safe(stream) + ".lock";
  auto lock = file_lock::take(file);
  if (lock) {
    locks_.push_back(std::move(*lock));
    return true;
  }
  if (lock.error() == boost::system::errc::operation_would_block) return false;
  return failed("cannot lock", file, lock.error().value());
}

checkpoint_result<std::vector<checkpoint>> checkpoint_folder::load(
    const std::string& stream) const {
  std::vector<checkpoint> found;
  const std::string begins = file_safe(stream) + "@";
  std::error_code error;
  for (std::filesystem::directory_iterator at(path_, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(begins) || !name.ends_with(extension)) continue;
    std::ifstream file(at->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.size() > checkpoint_bytes_max || file.bad())
      return checkpoint_error{"cannot read " + at->path().string()};
    auto one = read_checkpoint(text);
    if (one && file_of(one->stream, one->shard) != at->path().string())
      one = checkpoint_error{"it belongs to another shard"};
    if (!one)
      return checkpoint_error{
          fmt::format("the checkpoint {} is damaged: {}. Put back a copy of it, or remove it to "
                      "have the shard read anew from tidewire.relay.start",
                      at->path().string(),
                      one.error().message)};
    found.push_back(std::move(*one));
  }
  if (error) return failed("cannot list the folder", path_, error.value());
  return found;
}

checkpoint_result<bool> checkpoint_folder::save(const checkpoint& c) const {
  const std::string file = file_of(c.stream, c.shard);
  if (const int error = replace_file(file, write_checkpoint(c)); error != 0)
    return failed("cannot write", file, error);
  return true;
}

std::string checkpoint_folder::file_of(std::string_view stream, std::string_view shard) const {
  return fmt::format("{}/{}@{}{}", path_, file_safe(stream), file_safe(shard), extension);
}

}  // namespace tidewire::relay
