#pragma once

#include "event/record_buffer.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidewire::event {

/// The streams by name. Only the thread that makes events asks for new ones; the addresses that it
/// hands out stay good for any thread as long as this lives.
class streams {
 public:
  streams() = default;
  streams(const streams&) = delete;
  streams& operator=(const streams&) = delete;

  /// The stream of that name, made where there is none yet.
  const stream* intern(std::string_view name);

  std::size_t count() const noexcept { return all_.size(); }

 private:
  std::deque<stream> all_;  // a deque moves nothing when it grows
  std::unordered_map<std::string_view, const stream*> by_name_;
};

}  // namespace tidewire::event
