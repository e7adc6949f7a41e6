#include "postgres/streamed_message.hpp"

#include "base/cursor.hpp"
#include "postgres/errc.hpp"

// Int = big-endian.
//
//   'S' Stream Start   Int32 xid   Int8 1: the first piece of this transaction
//   'E' Stream Stop
//   'c' Stream Commit  Int32 xid   Int8 flags (0)   Int64 commit LSN   Int64 end LSN
//                      Int64 commit time
//   'A' Stream Abort   Int32 xid   Int32 xid of the sub-transaction
//
// Between 'S' and 'E':   Byte1 type   Int32 xid   the rest as in version 1
//
// 'O' (Origin) alone has no xid there. Source: src/backend/replication/logical/proto.c.
namespace tidewire::postgres {
namespace {

template <class Message>
result<stream_message> finished(const cursor& in, const Message& message) noexcept {
  if (in.remaining() != 0) return make_error_code(errc::malformed_message);
  return stream_message(message);
}

result<stream_message> decode_start(cursor in) noexcept {
  stream_start_message m;
  char first = 0;
  if (!in.read_big(m.xid) || !in.read_byte(first)) return make_error_code(errc::truncated_message);
  m.first = first == 1;
  return finished(in, m);
}

result<stream_message> decode_commit(cursor in) noexcept {
  stream_commit_message m;
  char flags = 0;
  if (!in.read_big(m.xid) || !in.read_byte(flags)) return make_error_code(errc::truncated_message);
  if (flags != 0) return make_error_code(errc::malformed_message);  // none are defined
  if (!in.read_big(m.commit_lsn.value) || !in.read_big(m.end_lsn.value) ||
      !in.read_big(m.commit_time_us))
    return make_error_code(errc::truncated_message);
  return finished(in, m);
}

result<stream_message> decode_abort(cursor in) noexcept {
  stream_abort_message m;
  if (!in.read_big(m.xid) || !in.read_big(m.subxid))
    return make_error_code(errc::truncated_message);
  return finished(in, m);
}

}  // namespace

result<stream_message> decode_stream_message(std::string_view message) noexcept {
  cursor in(message);
  char type = 0;
  if (!in.read_byte(type)) return make_error_code(errc::truncated_message);
  switch (type) {
    case 'S':
      return decode_start(in);
    case 'E':
      return finished(in, stream_stop_message{});
    case 'c':
      return decode_commit(in);
    case 'A':
      return decode_abort(in);
    default:
      return make_error_code(errc::unknown_message_type);
  }
}

result<streamed_change> split_streamed_change(std::string_view message) noexcept {
  cursor in(message);
  streamed_change change;
  if (!in.read_byte(change.type)) return make_error_code(errc::truncated_message);
  constexpr std::string_view without_id = "O";
  constexpr std::string_view with_id = "RYIUDTM";
  if (without_id.find(change.type) == std::string_view::npos) {
    if (with_id.find(change.type) == std::string_view::npos)
      return make_error_code(errc::malformed_message);
    if (!in.read_big(change.xid)) return make_error_code(errc::truncated_message);
  }
  change.rest = in.rest();
  return change;
}

}  // namespace tidewire::postgres
