#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::relay {

/// A place in a shard: everything up to and with it was dealt with.
struct position {
  std::string sequence_number;  // decimal, about 56 digits; kept as text
  std::optional<std::uint64_t>
      sub_sequence_number;  // the last user record of an aggregate; nothing: the whole record

  bool operator==(const position&) const = default;
};

}  // namespace tidewire::relay
