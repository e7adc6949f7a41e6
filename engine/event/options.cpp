#include "event/options.hpp"

namespace tidewire::event {

std::optional<skipped_operations> skipped_operations::parse(std::string_view text) {
  skipped_operations out{.truncate = false};
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::string_view word = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (word == "c") {
      out.create = true;
    } else if (word == "u") {
      out.update = true;
    } else if (word == "d") {
      out.remove = true;
    } else if (word == "t") {
      out.truncate = true;
    } else if (word != "none") {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace tidewire::event
