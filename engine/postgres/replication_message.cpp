#include "postgres/replication_message.hpp"

#include "base/cursor.hpp"

#include <cstring>

//   from the server
//     'w' XLogData           Int64 start   Int64 end of the log   Int64 time   bytes
//     'k' primary keepalive  Int64 end of the log   Int64 time   Int8 reply requested
//   from us
//     'r' standby status     Int64 written   Int64 flushed   Int64 applied   Int64 time   Int8
//     reply requested
//
// Positions that we send are those of the last byte + 1. Time is in microseconds since 2000-01-01
// UTC.
namespace tidewire::postgres {
namespace {

char* put_big(char* out, std::uint64_t value) noexcept {
  for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<char>(value >> shift);
  return out;
}

}  // namespace

result<replication_message> decode_replication_message(std::string_view message) noexcept {
  cursor in(message);
  char type = 0;
  if (!in.read_byte(type)) return errc::truncated_message;
  if (type == 'w') {
    xlog_data m;
    if (!in.read_big(m.start.value) || !in.read_big(m.wal_end.value) ||
        !in.read_big(m.send_time_us))
      return errc::truncated_message;
    m.payload = in.rest();
    return replication_message(m);
  }
  if (type == 'k') {
    keepalive m;
    char reply = 0;
    if (!in.read_big(m.wal_end.value) || !in.read_big(m.send_time_us) || !in.read_byte(reply))
      return errc::truncated_message;
    m.reply_requested = reply != 0;
    return replication_message(m);
  }
  return errc::unknown_message_type;
}

std::array<char, standby_status_size> encode_standby_status(const standby_status& status) noexcept {
  std::array<char, standby_status_size> bytes;
  char* out = bytes.data();
  *out++ = 'r';
  out = put_big(out, status.written.value);
  out = put_big(out, status.flushed.value);
  out = put_big(out, status.applied.value);
  out = put_big(out, static_cast<std::uint64_t>(status.send_time_us));
  *out = status.reply_requested ? '\1' : '\0';
  return bytes;
}

}  // namespace tidewire::postgres
