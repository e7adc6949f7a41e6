#pragma once

#include "event/change_context.hpp"
#include "event/options.hpp"
#include "event/record_output.hpp"
#include "event/streams.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {

/// The place of an event in its transaction, from 1.
struct event_order {
  std::uint64_t total = 0;
  std::uint64_t in_table = 0;
};

/// provide.transaction.metadata: BEGIN and END records of every transaction on
/// `<prefix>.transaction`, and the numbers that each event's `transaction` block holds.
class transaction_encoder {
 public:
  /// All must outlive the encoder.
  transaction_encoder(const options& how, streams& names, record_output& out);

  /// Writes the BEGIN record. `context` has the position of the Begin message (its XLogData start,
  /// which is the first change's), the transaction's id and its commit time.
  void begin(change_context& context);
  /// Counts one event of `table` (`schema.table`).
  event_order next(std::string_view table);
  /// Writes the END record, with the position of the Commit message in `context`.
  void end(change_context& context);

  /// Whether a transaction is under way; events outside one (of a snapshot) have a null
  /// `transaction`.
  bool open() const noexcept { return open_; }

 private:
  struct table_count {
    std::string name;
    std::uint64_t events = 0;
    std::uint32_t hash = 0;   // java.lang.String.hashCode of the name
    std::size_t arrival = 0;  // the how many-th table of the transaction
  };

  void write(std::string_view status, change_context& context, bool with_counts);
  void order_like_java_map();
  void append_counts(byte_buffer& out) const;

  const stream* destination_;
  record_output* out_;
  std::string key_before_;  // rendered once: all around the values
  std::string key_after_;
  std::string value_before_;
  std::string value_after_;
  bool value_is_empty_;
  std::vector<table_count>
      tables_;  // kept from one transaction to the next, with their names' memory
  std::size_t tables_used_ = 0;
  std::size_t buckets_ = 16;  // of Debezium's map of the tables, which never shrinks
  std::uint64_t total_ = 0;
  bool open_ = false;
  byte_buffer key_;
};

/// Appends `<xid>:<position>`, the way Debezium names a transaction at one of its events.
void append_transaction_id(byte_buffer& out, const change_context& context);

}  // namespace tidewire::event
