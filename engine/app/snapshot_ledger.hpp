#pragma once

#include "base/oid.hpp"
#include "postgres/snapshot.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tidewire::app {

/// How far the first snapshot has come, all of it at the sink: where it is broken off, the next one
/// reads the rest.
struct snapshot_ledger {
  struct entry {
    oid table;
    postgres::read_before read;

    bool operator==(const entry&) const = default;
  };

  std::uint32_t configuration = 0;  // snapshot_fingerprint(): with another one it does not count
  std::vector<entry> tables;

  /// A snapshot is read. \param kept what was read of the table before still counts.
  void begin(oid table, std::uint32_t filenode, bool kept);
  /// Its pages do not count, whatever comes of it.
  void forget(oid table);
  /// Pages of a table that was begun, none of which is here; of others they do not count.
  void add(oid table, const postgres::pages_read& pages);

  /// Nothing was sent of any table.
  bool empty() const noexcept { return tables.empty(); }
  /// Nothing of the table is left to be read, whatever was done to it since.
  bool is_whole(oid table) const noexcept;
  std::size_t whole_count() const noexcept;
  /// Of a table that is not here: nothing.
  postgres::read_before of(oid table) const;

  bool operator==(const snapshot_ledger&) const = default;
};

boost::json::value to_json(const snapshot_ledger& ledger);
/// Nothing if that is not what to_json() writes.
std::optional<snapshot_ledger> snapshot_ledger_from_json(const boost::json::value& value);

}  // namespace tidewire::app
