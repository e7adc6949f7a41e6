#include "aws/ini_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any bytes as a shared AWS file: every section is found by its name and every key by its name,
/// each once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = tidewire::aws::ini_file::parse({reinterpret_cast<const char*>(data), size});
  for (const auto& section : file.sections()) {
    if (file.find(section.name) != &section) __builtin_trap();
    for (const auto& [key, value] : section.properties)
      if (section.find(key) != &value) __builtin_trap();
  }
  return 0;
}
