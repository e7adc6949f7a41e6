#include "postgres/pgoutput.hpp"

#include "base/cursor.hpp"

// Every message begins with its type byte. Int = big-endian, String = bytes up to a NUL, Oid =
// Int32.
//
//   'B' Begin     Int64 final LSN   Int64 commit time      Int32 xid
//   'C' Commit    Int8 flags (0)    Int64 commit LSN       Int64 end LSN        Int64 commit time
//   'O' Origin    Int64 commit LSN  String name
//   'R' Relation  Oid               String schema          String name          Int8 identity
//   'd'|'n'|'f'|'i'
//                 Int16 count, each: Int8 flags (1 = part of the identity)  String name  Oid type
//                 Int32 modifier
//   'Y' Type      Oid               String schema          String name
//   'I' Insert    Oid relation      'N' tuple
//   'U' Update    Oid relation      [ 'K' tuple | 'O' tuple ]  'N' tuple
//   'D' Delete    Oid relation      'K' tuple | 'O' tuple
//   'T' Truncate  Int32 count       Int8 options (1 = CASCADE, 2 = RESTART IDENTITY)   Oid each
//   'M' Message   Int8 flags (1 = transactional)  Int64 LSN  String prefix  Int32 size  bytes
//
//   tuple         Int16 count, each: 'n' null | 'u' unchanged toast | 't' Int32 size, text | 'b'
//   Int32 size, binary
//
// Source: PostgreSQL manual, "Logical Replication Message Formats";
// src/backend/replication/logical/proto.c writes them.
namespace tidewire::postgres {
namespace {

// The hot loop answers with one byte; 0 is success.
enum class trouble : std::uint8_t { none, truncated, malformed };

error_code to_error(trouble t) noexcept {
  return t == trouble::truncated ? make_error_code(errc::truncated_message)
                                 : make_error_code(errc::malformed_message);
}

bool read_lsn(cursor& in, lsn& position) noexcept {
  return in.read_big(position.value);
}
bool read_oid(cursor& in, oid& id) noexcept {
  return in.read_big(id.value);
}

trouble read_value(cursor& in, value_view& value) noexcept {
  char kind = 0;
  if (!in.read_byte(kind)) return trouble::truncated;
  switch (kind) {
    case 't':
      value.kind = value_kind::text;
      break;
    case 'b':
      value.kind = value_kind::binary;
      break;
    case 'n':
      value = {value_kind::null, {}};
      return trouble::none;
    case 'u':
      value = {value_kind::unchanged_toast, {}};
      return trouble::none;
    default:
      return trouble::malformed;
  }
  std::int32_t size = 0;
  if (!in.read_big(size)) return trouble::truncated;
  if (size < 0) return trouble::malformed;
  return in.read_bytes(static_cast<std::size_t>(size), value.bytes) ? trouble::none
                                                                    : trouble::truncated;
}

trouble read_tuple(cursor& in, std::vector<value_view>& row) {
  std::int16_t count = 0;
  if (!in.read_big(count)) return trouble::truncated;
  if (count < 0) return trouble::malformed;
  // Each column takes a byte at least: a wrong count is found out before memory is asked for it.
  if (static_cast<std::size_t>(count) > in.remaining()) return trouble::truncated;
  row.resize(static_cast<std::size_t>(count));
  for (value_view& value : row)
    if (const trouble t = read_value(in, value); t != trouble::none) return t;
  return trouble::none;
}

template <class Message>
result<pgoutput_message> finished(const cursor& in, const Message& message) {
  if (in.remaining() != 0) return errc::malformed_message;
  return pgoutput_message(message);
}

result<pgoutput_message> decode_begin(cursor in) {
  begin_message m;
  if (!read_lsn(in, m.final_lsn) || !in.read_big(m.commit_time_us) || !in.read_big(m.xid))
    return errc::truncated_message;
  return finished(in, m);
}

result<pgoutput_message> decode_commit(cursor in) {
  commit_message m;
  char flags = 0;
  if (!in.read_byte(flags)) return errc::truncated_message;
  if (flags != 0) return errc::malformed_message;  // none are defined
  if (!read_lsn(in, m.commit_lsn) || !read_lsn(in, m.end_lsn) || !in.read_big(m.commit_time_us))
    return errc::truncated_message;
  return finished(in, m);
}

result<pgoutput_message> decode_origin(cursor in) {
  origin_message m;
  if (!read_lsn(in, m.commit_lsn) || !in.read_c_string(m.name)) return errc::truncated_message;
  return finished(in, m);
}

bool is_identity(char byte) noexcept {
  return byte == 'd' || byte == 'n' || byte == 'f' || byte == 'i';
}

result<pgoutput_message> decode_relation(cursor in, std::vector<relation_column>& columns) {
  relation_message m;
  char identity = 0;
  std::int16_t count = 0;
  if (!read_oid(in, m.id) || !in.read_c_string(m.schema) || !in.read_c_string(m.name) ||
      !in.read_byte(identity))
    return errc::truncated_message;
  if (!is_identity(identity)) return errc::malformed_message;
  m.identity = static_cast<replica_identity>(identity);
  if (!in.read_big(count)) return errc::truncated_message;
  if (count < 0) return errc::malformed_message;
  columns.clear();
  for (std::int16_t i = 0; i < count; ++i) {
    relation_column column;
    char flags = 0;
    if (!in.read_byte(flags) || !in.read_c_string(column.name) || !read_oid(in, column.type) ||
        !in.read_big(column.modifier))
      return errc::truncated_message;
    column.key = (flags & 1) != 0;
    columns.push_back(column);
  }
  m.columns = columns;
  return finished(in, m);
}

result<pgoutput_message> decode_type(cursor in) {
  type_message m;
  if (!read_oid(in, m.id) || !in.read_c_string(m.schema) || !in.read_c_string(m.name))
    return errc::truncated_message;
  return finished(in, m);
}

result<pgoutput_message> decode_insert(cursor in, std::vector<value_view>& new_row) {
  insert_message m;
  char part = 0;
  if (!read_oid(in, m.relation) || !in.read_byte(part)) return errc::truncated_message;
  if (part != 'N') return errc::malformed_message;
  if (const trouble t = read_tuple(in, new_row); t != trouble::none) return to_error(t);
  m.new_row = new_row;
  return finished(in, m);
}

result<pgoutput_message> decode_update(cursor in,
                                       std::vector<value_view>& old_row,
                                       std::vector<value_view>& new_row) {
  update_message m;
  char part = 0;
  if (!read_oid(in, m.relation) || !in.read_byte(part)) return errc::truncated_message;
  if (part == 'K' || part == 'O') {
    m.old_kind = part == 'K' ? old_row_kind::key : old_row_kind::full;
    if (const trouble t = read_tuple(in, old_row); t != trouble::none) return to_error(t);
    m.old_row = old_row;
    if (!in.read_byte(part)) return errc::truncated_message;
  }
  if (part != 'N') return errc::malformed_message;
  if (const trouble t = read_tuple(in, new_row); t != trouble::none) return to_error(t);
  m.new_row = new_row;
  return finished(in, m);
}

result<pgoutput_message> decode_delete(cursor in, std::vector<value_view>& old_row) {
  delete_message m;
  char part = 0;
  if (!read_oid(in, m.relation) || !in.read_byte(part)) return errc::truncated_message;
  if (part != 'K' && part != 'O') return errc::malformed_message;
  m.old_kind = part == 'K' ? old_row_kind::key : old_row_kind::full;
  if (const trouble t = read_tuple(in, old_row); t != trouble::none) return to_error(t);
  m.old_row = old_row;
  return finished(in, m);
}

result<pgoutput_message> decode_truncate(cursor in, std::vector<oid>& relations) {
  truncate_message m;
  std::int32_t count = 0;
  char options = 0;
  if (!in.read_big(count) || !in.read_byte(options)) return errc::truncated_message;
  if (count < 0) return errc::malformed_message;
  m.cascade = (options & 1) != 0;
  m.restart_identity = (options & 2) != 0;
  relations.clear();
  for (std::int32_t i = 0; i < count; ++i) {
    oid relation;
    if (!read_oid(in, relation)) return errc::truncated_message;
    relations.push_back(relation);
  }
  m.relations = relations;
  return finished(in, m);
}

result<pgoutput_message> decode_message(cursor in) {
  logical_message m;
  char flags = 0;
  std::int32_t size = 0;
  if (!in.read_byte(flags) || !read_lsn(in, m.position) || !in.read_c_string(m.prefix) ||
      !in.read_big(size))
    return errc::truncated_message;
  if (size < 0) return errc::malformed_message;
  if (!in.read_bytes(static_cast<std::size_t>(size), m.content)) return errc::truncated_message;
  m.transactional = (flags & 1) != 0;
  return finished(in, m);
}

}  // namespace

result<pgoutput_message> pgoutput_decoder::decode(std::string_view message) {
  cursor in(message);
  char type = 0;
  if (!in.read_byte(type)) return errc::truncated_message;
  switch (type) {
    case 'I':
      return decode_insert(in, new_row_);
    case 'U':
      return decode_update(in, old_row_, new_row_);
    case 'D':
      return decode_delete(in, old_row_);
    case 'B':
      return decode_begin(in);
    case 'C':
      return decode_commit(in);
    case 'R':
      return decode_relation(in, columns_);
    case 'Y':
      return decode_type(in);
    case 'O':
      return decode_origin(in);
    case 'T':
      return decode_truncate(in, relations_);
    case 'M':
      return decode_message(in);
    default:
      return errc::unknown_message_type;
  }
}

}  // namespace tidewire::postgres
