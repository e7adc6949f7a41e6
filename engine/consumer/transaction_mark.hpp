#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tidewire::consumer {

/// What an event says of its transaction, with provide.transaction.metadata=true.
///
/// Debezium writes the id as `xid:lsn` with the place of each event, so it is another one at each
/// of them. What all have in common is the xid and the time of the commit; together they name a
/// transaction, also where several databases share a queue and where a database was made anew.
struct transaction_mark {
  enum class part { begin, change, end };

  part what = part::change;
  std::string id;         // the xid; the whole of an id that has not the form xid:lsn
  std::uint64_t lsn = 0;  // of the event
  std::int64_t commit_ms = 0;
  std::uint64_t order = 0;                   // of a change in its transaction, from 1
  std::optional<std::uint64_t> event_count;  // of the end: how many changes there are
};

}  // namespace tidewire::consumer
