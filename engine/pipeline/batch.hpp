#pragma once

#include "event/record_buffer.hpp"
#include "pipeline/intrusive_list.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tidewire::pipeline {

struct batch;

/// How far a record has come on its publisher's side.
enum class standing : std::uint8_t {
  behind,  // an earlier record of its key is not durable yet
  ready,   // may go with the next request
  in_flight,
  delayed,  // was refused for now; ready again at its due time
  held,     // was refused for good: it is never sent again, and never called durable
};

struct unsettled_tag;
struct ready_tag;

/// One record on its way out. The lists and the lane run through these, so that moving a record
/// allocates nothing. Touched by the publisher's thread only.
struct record_state : list_hook<unsettled_tag>, list_hook<ready_tag> {
  batch* owner = nullptr;
  std::uint32_t index = 0;     // in the batch's records
  std::uint16_t failures = 0;  // attempts in a row that did not make it durable
  standing where = standing::behind;
  bool lone = false;                  // it stands in no lane: see event::record
  std::uint64_t lane_hash = 0;        // of its key and stream, see lane_table
  record_state* lane_next = nullptr;  // the next record of the same key
  record_state* lane_last = nullptr;  // of a lane's first record: its last one
  // Of the record, which lies elsewhere: between its arrival and its end only the sending goes
  // there.
  std::uint32_t stream_index = 0;
  std::uint32_t payload_bytes = 0;  // of key and value

  inline const event::record& record() const noexcept;
  inline std::string_view key() const noexcept;
  inline std::string_view value() const noexcept;
  /// The record has come, or its value has become another.
  inline void measure() noexcept;
};

/// Encoded records on their way from the reader to one publisher and back. Filled by the reader's
/// thread, then owned by the publisher's, then handed back empty of duties; the rings between them
/// are what passes the ownership.
struct batch {
  event::record_buffer content;
  std::vector<record_state> states;  // one per record, made by the publisher
  std::uint64_t generation =
      0;  // all publishers' batches that were sealed together have the same one
  std::size_t unsettled_count = 0;  // records that are not durable yet

  std::size_t counted_bytes = 0;  // by the pool, when it was filled

  /// What the batch holds in memory, used or not.
  std::size_t memory_bytes() const noexcept {
    return content.bytes.capacity() + content.records.capacity() * sizeof(event::record) +
           states.capacity() * sizeof(record_state);
  }
};

inline const event::record& record_state::record() const noexcept {
  return owner->content.records[index];
}
inline std::string_view record_state::key() const noexcept {
  return owner->content.key(record());
}
inline std::string_view record_state::value() const noexcept {
  return owner->content.value(record());
}
inline void record_state::measure() noexcept {
  payload_bytes = record().key_size + record().value_size;
}

}  // namespace tidewire::pipeline
