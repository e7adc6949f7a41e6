// Properties files and expressions of any bytes: reading ends, entries have a line of the file, and
// expanding ends too.

#include "base/regex_list.hpp"
#include "config/expansion.hpp"
#include "config/properties.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidewire::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = read_properties(text);
  const auto lines = static_cast<std::size_t>(std::count_if(
                         text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; })) +
                     1;
  std::size_t last = 0;
  for (const auto& entry : file.entries) {
    if (entry.line <= last || entry.line > lines) std::abort();
    last = entry.line;
    const auto look_up = [&](std::string_view name) -> std::optional<std::string> {
      const auto found = std::find_if(file.entries.begin(),
                                      file.entries.end(),
                                      [&](const property_entry& one) { return one.name == name; });
      if (found == file.entries.end()) return std::nullopt;
      return found->text;
    };
    static_cast<void>(expand(entry.text, look_up));
    for (const auto& part : tidewire::split_regex_list(entry.text))
      if (part.empty()) std::abort();
  }
  return 0;
}
