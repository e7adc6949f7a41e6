#pragma once

#include "base/lsn.hpp"
#include "postgres/connection.hpp"
#include "postgres/snapshot_pieces.hpp"
#include "postgres/snapshot_row.hpp"
#include "postgres/table.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tidewire::postgres {

struct snapshot_options {
  std::string exported;  // created_slot::snapshot; empty: a snapshot of its own
  lsn position;          // created_slot::consistent_point; 0: asked of the server
  std::chrono::milliseconds lock_timeout{
      10'000};          // snapshot.lock.timeout.ms, for the lock of each table
  piece_limits pieces;  // snapshot.max.threads: how many connections read
};

/// What a snapshot shows, for the source block of its events.
struct snapshot_position {
  lsn position;
  std::uint32_t txid = 0;                      // of the first transaction that it does not show
  std::chrono::system_clock::time_point time;  // by the server's clock
  /// All transactions before this one have ended, so it shows what they did. With the epoch above
  /// the lower 32 bits.
  std::uint64_t horizon = 0;
};

/// What an earlier snapshot that was broken off has read of a table.
struct read_before {
  std::uint32_t filenode = 0;  // of the table then; in another file its pages mean nothing
  std::vector<pages_read> pages;

  friend bool operator==(const read_before&, const read_before&) = default;
};

/// One table to read: its columns in order. `select` replaces the statement
/// (snapshot.select.statement.overrides) and must yield those columns, under types of its own
/// perhaps: its rows come as text.
struct snapshot_table {
  table description;
  std::string select;
  read_before before = {};
  copy_form form = copy_form::text;
};

/// How a table is read.
struct table_reading {
  std::uint32_t filenode = 0;  // 0: as a whole only, whatever was read before
  bool goes_on = false;        // what was read before counts, and is not read again
};

enum class snapshot_state : std::uint8_t {
  row,
  would_block,  // more must arrive, or the next table must be opened: advance()
  done,         // no rows are left
  failed,       // snapshot_failure() says why
};

/// Reads tables as the database was at one moment: REPEATABLE READ, the rows streamed by COPY and
/// split into views, never a table in memory. One connection reads table after table; more
/// of them, which all take the same snapshot, read several tables, and pieces of large ones, at the
/// same time.
///
///   auto session = co_await snapshot_session::open(options, {.exported = slot.snapshot, .position
///   = slot.consistent_point}); co_await session.read(tables); for (;;) switch
///   (session.try_next(row)) { … case would_block: co_await session.advance(); … }
class snapshot_session {
 public:
  /// Connects, begins the transaction and takes the snapshot. With an exported one, this must be
  /// done before the exporting connection gets another command; from then on it stands by itself.
  static call<std::unique_ptr<snapshot_session>> open(connection_options to,
                                                      snapshot_options options);
  ~snapshot_session();

  const snapshot_position& position() const noexcept;
  /// For the catalogue as the snapshot shows it; only before read().
  connection& database() noexcept;

  /// Locks the tables against DDL (ACCESS SHARE), cuts them into pieces and opens as many more
  /// connections as there is work for.
  call<nothing> read(std::vector<snapshot_table> tables);
  /// By table; after read().
  const std::vector<table_reading>& readings() const noexcept;
  snapshot_state try_next(snapshot_row& row);
  /// Waits for whatever try_next() lacked. Ends early on wake(); then simply look again.
  call<nothing> advance();
  void wake();
  failure snapshot_failure() const;
  /// The next piece, if there is one, of which all rows have been given out. Those of `put_since`
  /// are not told.
  bool next_finished(snapshot_piece& piece);

  /// Closes the connections, and with them the transactions, which have only read.
  void finish();

 private:
  struct state;
  explicit snapshot_session(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

/// `SELECT "a", "b" FROM "schema"."name"`; a partitioned parent yields the rows of its partitions,
/// as in Debezium.
std::string snapshot_select(const table& t);

}  // namespace tidewire::postgres
