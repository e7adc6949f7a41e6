#pragma once

#include "base/byte_buffer.hpp"
#include "postgres/tuple.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidewire::signals {

/// The rows of a chunk while they wait for the stream to pass the mark behind them. A row that the
/// stream has a change of is taken out: the change is newer than the row, or the row shows it
/// already and its event has gone out.
class window {
 public:
  /// Begins a chunk of rows with that many columns. `identity` tells rows apart: indices into the
  /// columns; all columns where the table has no key.
  void start(std::size_t column_count, std::vector<std::size_t> identity);
  void add(postgres::tuple_view row);
  /// Forgets the rows; the memory stays.
  void clear();

  bool empty() const noexcept { return left_ == 0; }
  std::size_t row_count() const noexcept { return left_; }
  std::size_t bytes() const noexcept { return bytes_.size(); }

  /// Between the marks.
  bool opened() const noexcept { return opened_; }
  void open() noexcept { opened_ = true; }
  void close() noexcept { opened_ = false; }

  /// The stream has a change of this row, new or old: `place[i]` is where the stream's tuple has
  /// the window's column i, or none. Values that the tuple lacks (NULL in an old row, unchanged
  /// TOAST) are passed over where those it has tell the row.
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  void remove(postgres::tuple_view changed, const std::vector<std::size_t>& place);
  void remove_all() { clear_rows(); }

  /// The next row that is left, in the order of adding; false: there are no more. It is valid until
  /// the next call of anything here, and no longer in the window.
  bool take(postgres::tuple_view& row);

 private:
  struct place_of_value {
    std::size_t offset;
    std::size_t size;
    postgres::value_kind kind;
  };

  std::string_view text(const place_of_value& value) const noexcept {
    return bytes_.view(value.offset, value.size);
  }
  void clear_rows();
  void drop(std::size_t row);
  void append_identity(postgres::tuple_view row, std::string& key) const;
  bool fits(std::size_t row,
            postgres::tuple_view changed,
            const std::vector<std::size_t>& place) const;

  std::size_t columns_ = 0;
  std::vector<std::size_t> identity_;
  bool keyless_ = false;
  byte_buffer bytes_;
  std::vector<place_of_value> values_;                        // columns_ per row
  std::vector<bool> gone_;                                    // per row
  std::unordered_map<std::string, std::size_t> by_identity_;  // not for tables without a key
  std::vector<postgres::value_view> row_;
  std::string key_;
  std::size_t next_ = 0;
  std::size_t left_ = 0;
  bool opened_ = false;
};

}  // namespace tidewire::signals
