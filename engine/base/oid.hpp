#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tidewire {

/// PostgreSQL's number for a catalogue object: a type, a relation.
struct oid {
  std::uint32_t value{};

  auto operator<=>(const oid&) const = default;
  explicit operator bool() const noexcept { return value != 0; }
};

}  // namespace tidewire

template <>
struct std::hash<tidewire::oid> {
  std::size_t operator()(tidewire::oid id) const noexcept { return id.value; }
};
