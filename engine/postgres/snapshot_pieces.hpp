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
  /// Only rows that this transaction or a later one has put there: what an earlier snapshot did not
  /// show of pages that it has read. With the epoch above the lower 32 bits.
  std::optional<std::uint64_t> put_since;

  friend bool operator==(const snapshot_piece&, const snapshot_piece&) = default;
};

/// Pages of a table that an earlier snapshot has read.
struct pages_read {
  std::uint64_t page_begin = 0;
  std::optional<std::uint64_t> page_end;  // as in snapshot_piece
  std::uint64_t horizon = 0;              // that snapshot_position::horizon

  friend bool operator==(const pages_read&, const pages_read&) = default;
};

/// What is known of a table before it is cut.
struct table_extent {
  std::uint64_t pages = 0;       // 0: it must not be cut
  std::vector<pages_read> read;  // by their beginnings, none over another; not where it is whole
};

struct piece_limits {
  std::size_t connections = 1;  // with one, tables are cut by pages_max only
  /// Smaller pieces spend more on their beginning than they gain: 8 MiB, a few milliseconds.
  std::uint64_t pages_min = 1024;
  std::optional<std::uint64_t> pages_max;  // of a piece
};

/// What is read, in the order in which it is begun: table after table, the large ones in pieces. A
/// table has a few pieces per connection, so that the connections end at about the same time. Of a
/// table that was read in part, the pages that were not, and then what has changed on the others: a
/// row may have moved from the one to the other.
std::vector<snapshot_piece> cut_tables(std::span<const table_extent> tables, piece_limits limits);

/// ` WHERE ctid >= '(7,0)' AND ctid < '(9,0)'`, or nothing for a whole table. PostgreSQL reads just
/// these pages (a TID range scan).
std::string piece_condition(const snapshot_piece& piece);

}  // namespace tidewire::postgres
