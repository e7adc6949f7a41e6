#pragma once

#include "postgres/copy_binary.hpp"
#include "postgres/copy_text.hpp"
#include "postgres/snapshot_row.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tidewire::postgres {

/// Gives each row its marker, which needs a look ahead: a row is given out when it is known that
/// another one of its table follows, as only then it is not the table's last; and a table's last
/// row when one of another table has come, as else it is the last of all. So at most one row per
/// table that is being read is kept, however many connections read it. Nothing is allocated per
/// row.
class snapshot_lookahead {
 public:
  enum class first_row : std::uint8_t {
    of_first_table,  // `first` is a row of the first table, or none
    of_all,          // `first` is whichever row is given out first
  };

  snapshot_lookahead() = default;
  /// \param pieces by table: in how many parts it is read.
  snapshot_lookahead(std::vector<std::size_t> pieces, first_row first);

  enum class taken : std::uint8_t {
    kept,       // until more is known
    gave,       // a row of that table, which is valid until the next call
    malformed,  // the row has not the columns of its table
  };
  /// A row has come, of a table with so many columns: gives the one that was kept, or keeps this
  /// one. \param message one CopyData.
  taken take(std::size_t table,
             copy_form form,
             std::string_view message,
             std::size_t columns,
             snapshot_row& row);
  /// The same of a row that another one is known to follow, where may_pass(): gives this one, whose
  /// values may point into the message.
  taken pass(std::size_t table,
             copy_form form,
             std::string_view message,
             std::size_t columns,
             snapshot_row& row);
  /// Whether no other row is to be given before one of this table that comes now.
  bool may_pass(std::size_t table) const noexcept { return ended_.empty() && !holds_row_of(table); }
  /// Another row of the table has come, and is yet to be taken: gives the one that is kept.
  void give_kept(std::size_t table, snapshot_row& row);
  /// A part of the table has been read.
  void piece_ended(std::size_t table);
  /// Fills `row`, as take() does, with the last row of a table, if one can go now.
  bool release(snapshot_row& row);
  /// Whether one of those that have come is yet to be given out.
  bool holds_row_of(std::size_t table) const noexcept { return tables_[table].held != nullptr; }
  /// Everything has been read and given out.
  bool complete() const noexcept { return pieces_left_ == 0 && held_count_ == 0; }

 private:
  struct kept_row {
    error_code assign(copy_form form, std::string_view message, std::size_t column_count);
    error_code view(copy_form form, std::string_view message, std::size_t column_count);

    copy_text_row text;
    copy_binary_row binary;
    tuple_view columns;  // of the one or the other
    bool first = false;  // of its table
  };
  struct progress {
    std::size_t pieces_left = 0;
    bool begun = false;
    std::unique_ptr<kept_row> held;
  };

  std::unique_ptr<kept_row> free_row();
  void take_kept(std::size_t table);
  void give(std::size_t table, bool ends_table, bool last_of_all, snapshot_row& row);

  std::vector<progress> tables_;
  std::size_t pieces_left_ = 0;
  std::size_t held_count_ = 0;
  std::vector<std::size_t> ended_;  // tables whose last row is held
  /// Given out with the last call, then free to be filled.
  std::unique_ptr<kept_row> spare_ = std::make_unique<kept_row>();
  std::vector<std::unique_ptr<kept_row>> free_;
  first_row first_ = first_row::of_first_table;
  bool given_any_ = false;
};

}  // namespace tidewire::postgres
