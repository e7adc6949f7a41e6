#pragma once

#include "base/clock.hpp"
#include "event/change_context.hpp"
#include "event/change_encoder.hpp"
#include "event/heartbeat_encoder.hpp"
#include "event/message_encoder.hpp"
#include "event/streams.hpp"
#include "event/table_plan.hpp"
#include "event/transaction_encoder.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/replication_message.hpp"
#include "postgres/table_name.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace tidewire::app {

/// Turns the messages of the replication stream into events, by the plans of the tables. Waits for
/// nothing: what needs the catalogue (a Relation message) is asked of the caller. One per run; a
/// new connection calls reconnected().
class translator {
 public:
  struct counters {
    std::uint64_t inserts = 0;  // rows read; so are updates and deletes
    std::uint64_t updates = 0;
    std::uint64_t deletes = 0;
    std::uint64_t others = 0;        // truncated tables and logical messages
    std::uint64_t transactions = 0;  // read to their commit
    std::int64_t commit_ms = 0;      // of the last of those, Unix time
    std::int64_t behind_ms = -1;     // from that commit to its reading; -1: none yet

    std::uint64_t changes() const noexcept { return inserts + updates + deletes + others; }
  };

  /// All must outlive the translator.
  translator(const event::options& how,
             postgres::table_filter captured,
             event::streams& names,
             event::record_output& out,
             wall_clock now);

  /// A message that needs nothing but the plans: all but Relation and Type.
  /// \return the commit's end when the message ended a transaction.
  /// \errors postgres::errc::malformed_message for a change of a relation that was never announced.
  result<std::optional<lsn>> apply(const postgres::pgoutput_message& message,
                                   const postgres::xlog_data& at);

  bool captures(const postgres::relation_message& relation) const {
    return captured_(relation.schema, relation.name);
  }
  /// From now on this is the relation's shape.
  void set_plan(oid relation, event::table_plan_ptr plan);
  /// Whether an insert into it may arrive before one that was before it.
  bool inserts_may_pass(oid relation) const;
  /// Changes of this relation are passed over.
  void ignore(oid relation) { set_plan(relation, nullptr); }

  /// Reads the clock for the events that follow. Asked for by the caller, as a look at the clock
  /// costs as much as a small row.
  void tick() { context_.now_ms = unix_ms(now_()); }
  /// How long before then the transaction of the last events was committed; 0 before the first.
  /// Both by the server's clock, in microseconds since 1970.
  std::chrono::microseconds lag_at(std::int64_t sent_us) const noexcept {
    return std::chrono::microseconds(context_.time_us == 0 ? 0 : sent_us - context_.time_us);
  }

  /// Of the slot, for `source.xmin` of the events that follow.
  void set_xmin(std::optional<std::uint32_t> xmin) { context_.xmin = xmin; }

  void beat();

  /// For rows of a snapshot that are sent between the messages of the stream, just before the one
  /// at `position`; the ids of the records are the caller's.
  event::change_context beside(lsn position) const;

  /// The server announces every relation anew, and begins again with the transaction that broke
  /// off.
  void reconnected();
  /// Where the last transaction before this run ended.
  void resume_after(lsn commit_end) { context_.last_commit = commit_end; }
  bool in_transaction() const noexcept { return in_transaction_; }
  const counters& counts() const noexcept { return counters_; }
  std::uint64_t unrepresentable_count() const noexcept { return changes_.unrepresentable_count(); }

 private:
  /// Null and no error: a table that is not captured.
  result<const event::table_plan*> plan_of(oid relation);
  void begin(const postgres::begin_message& m);
  lsn commit(const postgres::commit_message& m);
  void logical(const postgres::logical_message& m);

  postgres::table_filter captured_;
  wall_clock now_;
  event::options how_;  // the encoders look at it
  event::transaction_encoder transactions_;
  event::change_encoder changes_;
  event::message_encoder messages_;
  event::heartbeat_encoder heartbeats_;
  std::unordered_map<oid, event::table_plan_ptr> plans_;  // null: not captured
  oid last_relation_;                                     // rows come in runs of one table
  const event::table_plan* last_plan_ = nullptr;
  event::change_context context_;
  bool in_transaction_ = false;
  counters counters_;
};

}  // namespace tidewire::app
