#pragma once

#include "base/lsn.hpp"
#include "base/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::ledger {

/// A column of an event, in the text that it has in the log where it has one: digits of integers,
/// strings without their quotes, true and false; for all else JSON. Nothing: null.
using arrived_column = std::pair<std::string, std::optional<std::string>>;

/// One event as it arrived.
struct arrival {
  std::string schema;
  std::string table;
  char operation = ' ';             // Debezium's op: c, u, d, r, t, m
  lsn position;                     // source.lsn
  std::vector<arrived_column> row;  // after; before where there is none
};

/// Reads records of a stream, bodies of a queue's messages, and lines of `tidewire consume --output
/// json` or of the standard output sink: the event is looked for under payload, value, event and
/// detail. Keeps its parser's memory.
class arrival_reader {
 public:
  arrival_reader();
  ~arrival_reader();
  arrival_reader(arrival_reader&&) noexcept;
  arrival_reader& operator=(arrival_reader&&) noexcept;

  /// \return nothing for a tombstone: no bytes, or a value that is null.
  /// \errors errc::no_event.
  result<std::optional<arrival>> read(std::string_view record);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace tidewire::ledger
