#include "config/properties_file.hpp"

#include "base/startup_error.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>

namespace tidewire::config {
namespace {

/// A device such as /dev/zero has no end.
constexpr std::size_t bytes_max = 16UL * 1024 * 1024;

struct closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw startup_error("the configuration file " + path + " cannot be read: " + why);
}

}  // namespace

std::string read_properties_file(const std::string& path) {
  const std::unique_ptr<std::FILE, closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) refuse(path, std::strerror(errno));
  std::string text;
  std::string piece(64UL * 1024, '\0');
  while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece, 0, read);
    if (text.size() > bytes_max) refuse(path, "it is larger than 16 MiB");
  }
  if (std::ferror(file.get()) != 0) refuse(path, std::strerror(errno));
  return text;
}

}  // namespace tidewire::config
