#include "postgres/copied_change.hpp"

#include "base/cursor.hpp"
#include "postgres/copy_binary.hpp"

#include <cstdint>

namespace tidewire::postgres {
namespace {

constexpr std::uint32_t lsn_size = 8;
constexpr std::int16_t column_count = 2;

}  // namespace

result<copied> read_copied(std::string_view bytes, xlog_data& change) noexcept {
  if (ends_copy(bytes)) return copied::end;
  cursor in(bytes);
  std::int16_t columns = 0;
  if (!skip_copy_head(in) || !in.read_big(columns)) return errc::malformed_message;
  std::uint32_t size = 0;
  std::uint64_t position = 0;
  if (columns != column_count || !in.read_big(size) || size != lsn_size || !in.read_big(position))
    return errc::malformed_message;
  if (!in.read_big(size) || !in.read_bytes(size, change.payload) || in.remaining() != 0)
    return errc::malformed_message;
  change.start = change.wal_end = lsn{position};
  return copied::change;
}

bool begin_holder::hold(const xlog_data& change) {
  if (!change.payload.starts_with('B')) return false;
  payload_.assign(change.payload);  // of one size, so this allocates once
  begin_ = change;
  holding_ = true;
  return true;
}

xlog_data begin_holder::release(const xlog_data& behind) noexcept {
  holding_ = false;
  begin_.payload = payload_;
  if (behind.payload.starts_with('O')) begin_.start = begin_.wal_end = lsn{};
  return begin_;
}

}  // namespace tidewire::postgres
