#include "event/streams.hpp"

#include <cstdint>

namespace tidewire::event {

const stream* streams::intern(std::string_view name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  const stream& made = all_.emplace_back(
      stream{.index = static_cast<std::uint32_t>(all_.size()), .name = std::string(name)});
  by_name_.emplace(made.name, &made);
  return &made;
}

}  // namespace tidewire::event
