#include "http/message.hpp"

#include "http/ascii.hpp"

namespace tidewire::http {

std::string_view find_header(const std::vector<header>& headers, std::string_view name) noexcept {
  for (const auto& [found, value] : headers)
    if (equal_in_any_case(found, name)) return value;
  return {};
}

}  // namespace tidewire::http
