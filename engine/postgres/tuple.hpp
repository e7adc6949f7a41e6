#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tidewire::postgres {

enum class value_kind : std::uint8_t {
  null,
  unchanged_toast,  // an out-of-line value that the change did not touch and the log does not hold
  text,             // what the type's output function prints
  binary,           // what the type's send function writes
};

/// One column of one row. `bytes` points into the received message (or the snapshot's row buffer)
/// and is valid until the next one is asked for.
struct value_view {
  value_kind kind = value_kind::null;
  std::string_view bytes;
};

/// The columns of a row, in the order of the table's columns. Valid as long as its values are.
using tuple_view = std::span<const value_view>;

}  // namespace tidewire::postgres
