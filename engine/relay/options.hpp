#pragma once

#include "base/clock.hpp"
#include "relay/entry.hpp"
#include "relay/pace.hpp"
#include "relay/packer.hpp"
#include "relay/shard_order.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidewire::relay {

/// What the relay does, and how much of it at once.
struct relay_options {
  std::vector<entry_options> streams;
  start_point start;
  std::string folder = "data/checkpoints";
  std::string dead_letter_queue;  // name or URL; empty: `dead-letters.jsonl` in the folder
  packer::limits requests;
  std::size_t requests_in_flight_max = 4;  // for each shard
  std::size_t buffer_bytes_max =
      4U * 1024U * 1024U;  // read and not yet dealt with, for each shard; then reading waits
  pace::limits reading;
  std::chrono::milliseconds checkpoint_gap{100};    // between two writes of a shard's checkpoint
  std::chrono::milliseconds listing_gap{30'000};    // between two looks for new shards
  std::chrono::milliseconds retry_gap_max{20'000};  // between two tries of anything
  std::chrono::milliseconds drain_max{
      10'000};  // after a stop, what was read has this long to reach the bus
  wall_clock now = [] { return std::chrono::system_clock::now(); };
};

/// Counted since the start; for the log and for metrics.
struct relay_counters {
  std::uint64_t records = 0;         // Kinesis records read
  std::uint64_t events = 0;          // user records inside them
  std::uint64_t relayed = 0;         // taken by the bus
  std::uint64_t requests = 0;        // PutEvents
  std::uint64_t entries_failed = 0;  // and sent again
  std::uint64_t requests_failed = 0;
  std::uint64_t left_out = 0;  // tombstones, filtered
  std::uint64_t dead = 0;      // dead letters
  std::uint64_t throttled_reads = 0;
};

/// How one stream is; for health pages and metrics.
struct stream_state {
  std::string stream;
  std::size_t shards = 0;      // that are read
  std::int64_t behind_ms = 0;  // of the one that is furthest behind
  std::string trouble{};       // what stands in its way; empty: nothing does
};

}  // namespace tidewire::relay
