#pragma once

#include "base/oid.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/table.hpp"
#include "postgres/table_name.hpp"
#include "postgres/transaction_snapshot.hpp"
#include "signals/recent_transactions.hpp"
#include "signals/signal.hpp"
#include "signals/window.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace tidewire::app {

/// Finds in the stream what concerns signals: rows of the signal table, and changes of the table
/// whose chunk is in the window. Pure; a Relation message tells it a table's columns.
class signal_watch {
 public:
  explicit signal_watch(std::optional<postgres::table_name> signal_table)
      : signal_table_(std::move(signal_table)) {}

  /// The server announces every relation anew.
  void reconnected();
  void learn(const postgres::relation_message& relation);

  /// Told of every message of the stream.
  void pass(const postgres::pgoutput_message& message) noexcept {
    if (const auto* const begin = std::get_if<postgres::begin_message>(&message)) [[unlikely]] {
      recent_.add(begin->xid);
      hidden_ = seen_by_ && !seen_by_->sees(begin->xid);
    }
  }
  /// Whether the message must be looked at: asked of every one of the stream.
  bool concerns(const postgres::pgoutput_message& message) const noexcept {
    if (const auto* const insert = std::get_if<postgres::insert_message>(&message))
      return insert->relation == signal_relation_ ||
             (overtaking() && insert->relation == chunk_relation_);
    return overtaking() && touches_chunk(message);
  }

  /// The signal, where the message is a new row of the signal table.
  std::optional<signals::message> signal_in(const postgres::pgoutput_message& message) const;
  /// Takes the rows that the message changes out of the window.
  void overtake(const postgres::pgoutput_message& message);

  signals::window& rows() noexcept { return rows_; }
  /// The next rows are of this table.
  void start_chunk(const postgres::table& table);
  /// The rows are as `snapshot` sees them. False: it lacks a transaction that the stream has
  /// brought, so another one is needed.
  bool read_as_of(postgres::transaction_snapshot snapshot);

 private:
  /// Between the marks each change is newer than the rows. Before the first mark only those are
  /// that the rows do not show, although they come first in the log.
  bool overtaking() const noexcept { return rows_.opened() || (hidden_ && !rows_.empty()); }
  bool touches_chunk(const postgres::pgoutput_message& message) const noexcept;
  /// Where the stream has the chunk's columns.
  const std::vector<std::size_t>& places();

  std::optional<postgres::table_name> signal_table_;
  oid signal_relation_;
  oid chunk_relation_;
  std::vector<std::string> chunk_columns_;
  std::unordered_map<oid, std::vector<std::string>> columns_;  // of the stream, by relation
  std::vector<std::size_t> places_;
  bool places_known_ = false;
  signals::window rows_;
  signals::recent_transactions recent_;
  std::optional<postgres::transaction_snapshot> seen_by_;  // of the rows
  bool hidden_ = false;  // from it is the transaction that the stream is in
};

}  // namespace tidewire::app
