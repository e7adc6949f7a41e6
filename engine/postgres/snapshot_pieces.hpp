#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidewire::postgres {

/// A run of a table's pages, which one connection reads; without bounds, the whole table.
struct snapshot_piece {
  std::size_t table = 0;                  // index into the snapshot's tables
  std::uint64_t page_begin = 0;           // 0: from the table's beginning
  std::optional<std::uint64_t> page_end;  // nothing: to its end, however far it has grown

  friend bool operator==(const snapshot_piece&, const snapshot_piece&) = default;
};

struct piece_limits {
  std::size_t connections = 1;  // with one, tables stay whole
  /// Smaller pieces spend more on their beginning than they gain: 8 MiB, a few milliseconds.
  std::uint64_t pages_min = 1024;
};

/// What is read, in the order in which it is begun: table after table, the large ones in pieces. A
/// table has a few pieces per connection, so that the connections end at about the same time.
/// \param pages by table; 0 for one that must not be cut.
std::vector<snapshot_piece> cut_tables(std::span<const std::uint64_t> pages, piece_limits limits);

/// ` WHERE ctid >= '(7,0)' AND ctid < '(9,0)'`, or nothing for a whole table. PostgreSQL reads just
/// these pages (a TID range scan).
std::string piece_condition(const snapshot_piece& piece);

}  // namespace tidewire::postgres
