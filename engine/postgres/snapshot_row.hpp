#pragma once

#include "postgres/tuple.hpp"

#include <cstddef>
#include <cstdint>

namespace tidewire::postgres {

/// The values of source.snapshot, as Debezium sets them: the very last row is `last`, the first row
/// of the first table `first` (unless it is the last), the last row of a table last_in_collection,
/// the first one first_in_collection; `middle` is "true". Where several connections read, `first`
/// is the first row of all, whichever table has it.
enum class row_marker : std::uint8_t {
  first,
  first_in_collection,
  middle,
  last_in_collection,
  last
};

/// How the server is asked to write a table's rows. Binary costs it and the reader less, but each
/// type needs somebody who reads it.
enum class copy_form : std::uint8_t { text, binary };

struct snapshot_row {
  /// Index into the tables given to read(). With one connection it goes up; tables without rows are
  /// skipped.
  std::size_t table = 0;
  tuple_view columns;  // valid until the next look
  row_marker marker = row_marker::middle;
  bool ends_table = false;  // no row of its table follows
};

}  // namespace tidewire::postgres
