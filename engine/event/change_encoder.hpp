#pragma once

#include "event/change_context.hpp"
#include "event/options.hpp"
#include "event/record_output.hpp"
#include "event/table_plan.hpp"
#include "event/transaction_encoder.hpp"
#include "event/value_encoder.hpp"
#include "postgres/tuple.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tidewire::event {

struct plan_field;

/// The old row of an update or delete, as the log holds it.
enum class old_row : std::uint8_t {
  none,  // an update that changed no identity column
  key,   // 'K': the columns of the replica identity, the others null
  full,  // 'O': REPLICA IDENTITY FULL
};

/// Turns row changes into records. Keeps only scratch memory, so that nothing is allocated per row
/// once it is warm. Operations listed in skipped.operations, and unchanged updates where those are
/// to be skipped, give no record.
class change_encoder {
 public:
  /// All must outlive the encoder. `transactions` is null where transaction metadata is off.
  change_encoder(const options& how,
                 record_output& out,
                 transaction_encoder* transactions = nullptr);

  /// A row of a snapshot, op r. The plan must outlive the encoder.
  void read(const table_plan& plan, postgres::tuple_view row, change_context& context);
  /// The same where no change of the row, and no other reading of it, is under way until the caller
  /// knows that the event has arrived: unless the keys of the table's events are not those of its
  /// rows, the record is a lone one.
  void read_alone(const table_plan& plan, postgres::tuple_view row, change_context& context);
  void insert(const table_plan& plan, postgres::tuple_view row, change_context& context);
  /// A change of the key becomes a delete, its tombstone and a create. `old` is empty for
  /// old_row::none.
  void update(const table_plan& plan,
              old_row kind,
              postgres::tuple_view old,
              postgres::tuple_view row,
              change_context& context);
  void remove(const table_plan& plan,
              old_row kind,
              postgres::tuple_view old,
              change_context& context);
  /// One table of a Truncate message.
  void truncate(const table_plan& plan, change_context& context);

  /// Values so far that no event could hold (and became null or the filler), such as a numeric NaN
  /// in precise mode.
  std::uint64_t unrepresentable_count() const noexcept { return unrepresentable_count_; }

 private:
  struct row_image;
  struct event_parts;

  void read_row(const table_plan& plan,
                postgres::tuple_view row,
                bool lone,
                change_context& context);
  void emit(const table_plan& plan, const event_parts& parts, change_context& context);
  void emit_removal(const table_plan& plan, const event_parts& parts, change_context& context);
  std::uint64_t hash_of(const event_parts& parts) noexcept;
  void append_value(const table_plan& plan,
                    const event_parts& parts,
                    change_context& context,
                    byte_buffer& out);
  void append_end(const table_plan& plan,
                  std::string_view op,
                  const change_context& context,
                  byte_buffer& out);
  std::string_view end_of_snapshot_row(const table_plan& plan, const change_context& context);
  void append_cloud_value(const table_plan& plan,
                          const event_parts& parts,
                          const change_context& context,
                          byte_buffer& out);
  void append_row(const table_plan& plan, const row_image* row, byte_buffer& out);
  void append_transaction(const table_plan& plan, const change_context& context, byte_buffer& out);
  void build_key(const table_plan& plan, const row_image& row, byte_buffer& key);
  void append_fields(const std::vector<plan_field>& fields, const row_image& row, byte_buffer& out);
  bool same_rows(const table_plan& plan, const row_image& before, const row_image& after);

  const options* how_;
  record_output* out_;
  transaction_encoder* transactions_;
  byte_buffer key_;      // the document of the row's key
  byte_buffer old_key_;  // and of the old row's
  byte_buffer before_;   // rows that are compared before anything is written
  byte_buffer after_;
  value_scratch scratch_;
  byte_buffer end_;  // what follows the row in a snapshot's events, of this plan at this moment
  const table_plan* end_of_ = nullptr;
  change_context end_at_;
  std::uint64_t unordered_count_ = 0;
  std::uint64_t unrepresentable_count_ = 0;
};

}  // namespace tidewire::event
