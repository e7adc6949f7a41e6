#pragma once

#include "base/lsn.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::debezium {

/// Whose position an entry of the file is.
struct entry_key {
  std::string connector;  // the engine's name; Debezium Server takes the sink's type
  std::string server;     // topic.prefix

  bool operator==(const entry_key&) const = default;
};

/// What Debezium's PostgreSQL connector remembers.
struct connector_position {
  bool snapshot = false;              // written while a snapshot ran, ...
  bool last_snapshot_record = false;  // ... but with its last row
  std::optional<lsn> at;              // `lsn`: of the last event that was sent, or of the snapshot
  std::optional<lsn> processed;       // `lsn_proc`: of the last message that was read
  std::optional<lsn> commit;          // `lsn_commit`: end of the last transaction that was read
  std::optional<std::int64_t> txid;
  std::optional<std::int64_t> time_us;  // since 1970
  std::string message_type;             // INSERT, COMMIT, ...; empty: not said

  bool operator==(const connector_position&) const = default;
};

/// One entry, as its bytes and as what they mean; a value of nothing was taken back.
struct entry {
  std::string key_text;
  std::optional<std::string> value_text;
  entry_key key;

  bool operator==(const entry&) const = default;
};

/// \errors those of read_java_map(), errc::not_a_position for keys of another shape. An empty file
/// is none yet, as it is for Debezium.
result<std::vector<entry>> read_position_file(std::string_view bytes);
std::string write_position_file(const std::vector<entry>& entries);

/// \errors errc::not_a_position.
result<connector_position> read_position(std::string_view json);
/// The entry from which a Debezium goes on at that position.
entry make_entry(const entry_key& key, const connector_position& position);

/// The entry that a Debezium with this name and topic.prefix would take, or else the only one with
/// that topic.prefix. Null: none.
const entry* find_entry(const std::vector<entry>& entries, const entry_key& key);

}  // namespace tidewire::debezium
