#include "local/store/folder_lock.hpp"

#include "base/startup_error.hpp"

#include <string>
#include <utility>

namespace tidewire::local {

file_lock lock_folder(const std::filesystem::path& folder) {
  const std::string file = (folder / "lock").string();
  auto lock = file_lock::take(file);
  if (lock) return std::move(*lock);
  throw startup_error(lock.error() == boost::system::errc::operation_would_block
                          ? "another local AWS keeps its data in " + folder.string() +
                                ": stop it, or name another folder (--data)"
                          : "cannot lock " + file + ": " + lock.error().message());
}

}  // namespace tidewire::local
