#pragma once

#include "pipeline/lanes.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace tidewire::sinks {

/// A request as the lanes would hand it out, of records that a test writes down.
class encoded_request {
 public:
  explicit encoded_request(std::string stream) : stream_{.index = 0, .name = std::move(stream)} {}

  encoded_request& add(std::string_view key, std::string_view value, bool has_key = true) {
    event::record r;
    r.destination = &stream_;
    r.has_key = has_key;
    r.id = {.commit = lsn{0x1000}, .ordinal = static_cast<std::uint32_t>(states_.size())};
    r.key_offset = append(key);
    r.key_size = static_cast<std::uint32_t>(key.size());
    r.value_offset = append(value);
    r.value_size = static_cast<std::uint32_t>(value.size());
    batch_.content.records.push_back(r);
    pipeline::record_state& state = states_.emplace_back();  // a deque: it stays where it is
    state.owner = &batch_;
    state.index = static_cast<std::uint32_t>(states_.size() - 1);
    request_.records.push_back(&state);
    request_.destination = &stream_;
    return *this;
  }

  const pipeline::lanes::request& get() const noexcept { return request_; }

 private:
  std::uint32_t append(std::string_view bytes) {
    const auto at = static_cast<std::uint32_t>(batch_.content.bytes.size());
    batch_.content.bytes.append(bytes);
    return at;
  }

  event::stream stream_;
  pipeline::batch batch_;
  std::deque<pipeline::record_state> states_;
  pipeline::lanes::request request_;
};

}  // namespace tidewire::sinks
