#include "postgres/copy_binary.hpp"

#include <cstdint>

//   stream    = head { row } end
//   head      = signature flags extension   flags: Int32; extension: Int32 size, so many bytes
//   row       = Int16 columns, columns × value
//   value     = Int32 size, so many bytes; a size of -1 is null, and has none
//   end       = Int16 -1
//
// Integers are in network byte order. Source: PostgreSQL manual, COPY, "Binary Format".
namespace tidewire::postgres {
namespace {

constexpr std::string_view signature{"PGCOPY\n\377\r\n\0", 11};
constexpr std::int16_t end_mark = -1;
constexpr std::int32_t null_size = -1;
/// What stays of the memory behind a larger row.
constexpr std::size_t kept_bytes_max = 1024U * 1024U;

bool read_value(cursor& in, value_view& value) noexcept {
  std::int32_t size = 0;
  if (!in.read_big(size)) return false;
  if (size == null_size) {
    value = {};
    return true;
  }
  value.kind = value_kind::binary;
  return size >= 0 && in.read_bytes(static_cast<std::size_t>(size), value.bytes);
}

}  // namespace

/// No row begins like the signature: it would have 20,551 columns.
bool skip_copy_head(cursor& in) noexcept {
  if (!in.rest().starts_with(signature)) return true;
  std::string_view skipped;
  std::uint32_t flags = 0;
  std::uint32_t extension_size = 0;
  return in.read_bytes(signature.size(), skipped) && in.read_big(flags) &&
         in.read_big(extension_size) && in.read_bytes(extension_size, skipped);
}

bool ends_copy(std::string_view message) noexcept {
  cursor in(message);
  std::int16_t columns = 0;
  return skip_copy_head(in) && in.read_big(columns) && columns == end_mark && in.remaining() == 0;
}

error_code copy_binary_row::view(std::string_view message, std::size_t column_count) {
  cursor in(message);
  std::uint16_t columns = 0;
  if (!skip_copy_head(in) || !in.read_big(columns) || columns != column_count)
    return errc::malformed_message;
  columns_.resize(column_count);
  for (value_view& value : columns_)
    if (!read_value(in, value)) return errc::malformed_message;
  return in.remaining() == 0 ? error_code() : make_error_code(errc::malformed_message);
}

error_code copy_binary_row::assign(std::string_view message, std::size_t column_count) {
  bytes_.clear(kept_bytes_max);
  bytes_.append(message);
  return view(bytes_.view(), column_count);
}

}  // namespace tidewire::postgres
