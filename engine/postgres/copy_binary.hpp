#pragma once

#include "base/byte_buffer.hpp"
#include "base/cursor.hpp"
#include "base/result.hpp"
#include "postgres/errc.hpp"
#include "postgres/tuple.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace tidewire::postgres {

/// Steps over what stands before the first row of COPY … TO STDOUT (FORMAT binary), where it
/// stands: the server puts it into the first row's CopyData. False if it is cut.
bool skip_copy_head(cursor& in) noexcept;

/// Whether a CopyData of that format has no row in it, but the mark behind the last.
bool ends_copy(std::string_view message) noexcept;

/// One row of COPY … TO STDOUT in binary format. Its values are what the types' send functions
/// wrote.
class copy_binary_row {
 public:
  /// The values point into the message.
  /// \param message one CopyData.
  /// \param column_count how many columns the row must have.
  /// \errors errc::malformed_message if it has another number, or its sizes do not fit.
  error_code view(std::string_view message, std::size_t column_count);
  /// The same of a copy, in memory of the row's own that is reused as that of a copy_text_row is.
  error_code assign(std::string_view message, std::size_t column_count);

  tuple_view columns() const noexcept { return columns_; }

 private:
  byte_buffer bytes_;
  std::vector<value_view> columns_;
};

}  // namespace tidewire::postgres
