#pragma once

#include "base/byte_buffer.hpp"
#include "base/result.hpp"
#include "postgres/errc.hpp"
#include "postgres/tuple.hpp"

#include <string_view>
#include <vector>

namespace tidewire::postgres {

/// One row of COPY … TO STDOUT in text format, split and un-escaped into memory of its own, which
/// is reused: no allocation once it has seen the largest row, but for rows of over a megabyte. Its
/// columns are valid until the next assign().
class copy_text_row {
 public:
  /// \param line one CopyData, with or without its newline.
  /// \param column_count how many columns the row must have.
  /// \errors errc::malformed_message if it has another number, or ends within an escape.
  error_code assign(std::string_view line, std::size_t column_count);

  tuple_view columns() const noexcept { return columns_; }

 private:
  byte_buffer text_;
  std::vector<value_view> columns_;
};

}  // namespace tidewire::postgres
