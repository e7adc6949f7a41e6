#pragma once

#include "postgres/table_name.hpp"
#include "signals/chunk_query.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::signals {

/// One table of an incremental snapshot.
struct collection {
  postgres::table_name table;
  std::string condition;      // SQL; empty: all rows
  std::string surrogate_key;  // column; empty: the key

  bool operator==(const collection&) const = default;
};

/// How far an incremental snapshot is. What to_json() writes is enough to go on after a kill: of
/// the first table, up to which key its rows were sent.
class progress {
 public:
  bool running() const noexcept { return !tables_.empty(); }
  bool paused() const noexcept { return paused_; }
  void pause() noexcept { paused_ = true; }
  void resume() noexcept { paused_ = false; }

  const std::deque<collection>& tables() const noexcept { return tables_; }
  const collection& current() const noexcept { return tables_.front(); }
  /// `a.b,c.d`, as notifications name them.
  std::string table_names() const;

  /// Adds tables behind those that are due; `id` is the signal's, and notifications carry it.
  void add(std::vector<collection> more, std::string id);
  /// The signal that the snapshot belongs to; empty: it was stopped, or there is none.
  const std::string& signal_id() const noexcept { return signal_id_; }
  /// Goes to the next table.
  void finish_table();
  void stop();
  /// Takes a table out that is not the current one. False: it is not due.
  bool remove(const postgres::table_name& table);

  /// A chunk is about to be read; its id is a prefix of those of its marks.
  void start_chunk(std::string id) { chunk_id_ = std::move(id); }
  const std::string& chunk_id() const noexcept { return chunk_id_; }
  /// Whether a mark is of this chunk, and not of one that was read before a restart.
  bool is_mark(std::string_view id) const noexcept {
    return !chunk_id_.empty() && id.starts_with(chunk_id_);
  }

  /// The columns that order the table; where they are not those of before, the table begins again.
  void order_by(std::vector<std::string> columns);
  const key_values& maximum() const noexcept { return maximum_; }
  void set_maximum(key_values key) { maximum_ = std::move(key); }
  /// Up to where rows were read.
  const key_values& read_to() const noexcept { return read_to_; }
  void rows_read(key_values last, std::uint64_t row_count);
  std::uint64_t row_count() const noexcept { return row_count_; }
  /// All that was read was sent.
  void rows_sent() { sent_to_ = read_to_; }
  /// What was read and not sent is to be read again.
  void revert() { read_to_ = sent_to_; }

  chunk_bounds bounds() const { return {.after = read_to_, .maximum = maximum_}; }

  /// Empty where no snapshot is running.
  std::string to_json() const;
  /// Nothing if the text is not what to_json() writes; an empty one is no snapshot.
  static std::optional<progress> from_json(std::string_view text);

 private:
  void begin_table();

  std::deque<collection> tables_;
  std::string signal_id_;
  bool paused_ = false;
  std::string chunk_id_;
  std::vector<std::string> order_;
  key_values maximum_;
  key_values read_to_;
  key_values sent_to_;
  std::uint64_t row_count_ = 0;
};

}  // namespace tidewire::signals
