#pragma once

#include "local/kinesis/shard.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// How GetRecords answers, from the stored records to the body without a document between.
namespace tidewire::local {

/// The part of a shard that one call hands out.
struct read_range {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::size_t bytes = 0;
};

/// What goes around the records.
struct read_frame {
  std::string next_iterator;  // empty: the shard is closed and read to its end
  std::int64_t behind_ms = 0;
  std::vector<const shard*> children;
};

std::string records_as_json(const shard& home, const read_range& range, const read_frame& frame);
std::string records_as_cbor(const shard& home, const read_range& range, const read_frame& frame);

}  // namespace tidewire::local
