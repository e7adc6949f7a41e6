#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::local {

/// Where a reader of a shard goes on.
struct shard_position {
  std::string stream;
  std::int64_t stream_created_ms = 0;  // a stream made anew under the same name is another stream
  std::uint32_t shard = 0;
  std::uint64_t index = 0;  // of the next record
  std::int64_t issued_ms = 0;

  bool operator==(const shard_position&) const = default;
};

constexpr std::chrono::minutes shard_iterator_life{5};

/// An opaque text of at most 512 characters, valid across a restart.
std::string write_iterator(const shard_position& position);
/// \return nothing for a text that write_iterator has not made.
std::optional<shard_position> read_iterator(std::string_view text);

}  // namespace tidewire::local
