#include "app/signal_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tidewire::app {
namespace {

std::string content_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

signal_lines read_signal_lines(const std::string& path) {
  const std::string text = content_of(path);
  signal_lines out{.lines = {}, .bytes = text.size()};
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    if (line.find_first_not_of(" \t\r") != std::string::npos) out.lines.push_back(std::move(line));
    from = end + 1;
  }
  return out;
}

std::string remove_signal_lines(const std::string& path, std::size_t bytes) {
  const std::string text = content_of(path);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (text.size() > bytes) file << text.substr(bytes);
  file.flush();
  if (file) return {};
  return "the signal file " + path + " cannot be emptied: " + std::strerror(errno);
}

}  // namespace tidewire::app
