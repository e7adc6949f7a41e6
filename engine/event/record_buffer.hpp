#pragma once

#include "base/byte_buffer.hpp"
#include "base/lsn.hpp"
#include "event/keyless_order.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {

/// Where records go: a Kinesis stream, a topic. Made once per name, at a stable address, never
/// changed or freed while the program runs, so that every thread may read it.
struct stream {
  std::uint32_t index = 0;  // 0, 1, 2 … in the order of their making
  std::string name;
};

/// What makes an event the same event again after a restart: the commit it belongs to and its
/// number in it.
struct identity {
  lsn commit;  // where the transaction's commit begins; of a snapshot, one before the point it is
               // consistent with
  std::uint32_t ordinal = 0;  // 0, 1, 2 … of the records of that transaction
};

/// One record, as places in its buffer's bytes.
struct record {
  const stream* destination = nullptr;
  std::uint64_t key_hash =
      0;  // equal keys of a stream have equal hashes; what order and lanes go by
  identity id;
  std::uint32_t key_offset = 0;
  std::uint32_t key_size = 0;  // the key document's bytes
  std::uint32_t value_offset = 0;
  std::uint32_t value_size = 0;  // 0: a tombstone
  bool has_key = false;          // false: the event has no key; the sink has a word for that
  keyless_order order = keyless_order::stream;  // as long as it has no key
  /// No other record of its key is under way with it: it waits for none, and none for it, and its
  /// hash says nothing.
  bool lone = false;
};

/// Encoded records, one after another in one growing run of bytes. Reused: clear() keeps the
/// memory.
class record_buffer {
 public:
  byte_buffer bytes;
  std::vector<record> records;

  std::string_view key(const record& r) const noexcept {
    return bytes.view(r.key_offset, r.key_size);
  }
  std::string_view value(const record& r) const noexcept {
    return bytes.view(r.value_offset, r.value_size);
  }

  void clear() noexcept {
    bytes.clear();
    records.clear();
  }
};

}  // namespace tidewire::event
