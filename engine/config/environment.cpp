#include "config/environment.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tidewire::config {

environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* const text = std::getenv(std::string(name).c_str());
    if (text == nullptr) return std::nullopt;
    return std::string(text);
  };
}

std::optional<environment_value> find_in_environment(const environment& env,
                                                     std::string_view property) {
  std::string name(property);
  if (auto text = env(name)) return environment_value{name, std::move(*text)};
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return kept ? c : '_';
  });
  if (auto text = env(name)) return environment_value{name, std::move(*text)};
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (auto text = env(name)) return environment_value{name, std::move(*text)};
  return std::nullopt;
}

}  // namespace tidewire::config
