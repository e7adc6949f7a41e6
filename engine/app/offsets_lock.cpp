#include "app/offsets_lock.hpp"

#include <filesystem>
#include <utility>

namespace tidewire::app {

std::optional<file_lock> lock_offsets(const std::string& position_file, file_lock::kind how) {
  const std::filesystem::path folder = std::filesystem::path(position_file).parent_path();
  std::error_code ignored;
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  auto lock = file_lock::take(position_file + ".lock", how);
  if (lock) return std::move(*lock);
  if (lock.error() == boost::system::errc::operation_would_block) return std::nullopt;
  return file_lock{};
}

}  // namespace tidewire::app
