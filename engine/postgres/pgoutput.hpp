#pragma once

#include "base/lsn.hpp"
#include "base/oid.hpp"
#include "base/result.hpp"
#include "postgres/errc.hpp"
#include "postgres/table.hpp"
#include "postgres/tuple.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

/// The messages of the output plug-in pgoutput, protocol version 1, as views.
/// Source: PostgreSQL manual, "Logical Replication Message Formats". All integers are in network
/// byte order. The messages of protocol 2 and later (Stream Start 'S', Stop 'E', Commit 'c', Abort
/// 'A', …) are not asked for; they would be further members of `pgoutput_message`.
namespace tidewire::postgres {

struct begin_message {
  lsn final_lsn;  // of the transaction's commit record; smaller than its end_lsn
  std::int64_t commit_time_us =
      0;  // since 2000-01-01 UTC (see unix_us_of in replication_message.hpp)
  std::uint32_t xid = 0;
};

struct commit_message {
  lsn commit_lsn;                   // the Begin's final_lsn
  lsn end_lsn;                      // what to confirm once the whole transaction is durable
  std::int64_t commit_time_us = 0;  // since 2000-01-01 UTC
};

struct origin_message {
  lsn commit_lsn;  // on the origin server
  std::string_view name;
};

struct relation_column {
  bool key = false;  // part of the replica identity
  std::string_view name;
  oid type;
  std::int32_t modifier = -1;
};

struct relation_message {
  oid id;
  std::string_view schema;  // empty: pg_catalog
  std::string_view name;
  replica_identity identity = replica_identity::by_default;
  std::span<const relation_column> columns;
};

struct type_message {
  oid id;
  std::string_view schema;  // empty: pg_catalog
  std::string_view name;
};

/// What an Update or Delete tells of the row before.
enum class old_row_kind : std::uint8_t {
  none,  // no old row: the replica identity's columns did not change
  key,   // only the columns of the replica identity; the others are null
  full,  // REPLICA IDENTITY FULL: all columns
};

struct insert_message {
  oid relation;
  tuple_view new_row;
};

struct update_message {
  oid relation;
  old_row_kind old_kind = old_row_kind::none;
  tuple_view old_row;  // empty for none
  tuple_view new_row;
};

struct delete_message {
  oid relation;
  old_row_kind old_kind = old_row_kind::key;  // never none
  tuple_view old_row;
};

struct truncate_message {
  bool cascade = false;
  bool restart_identity = false;
  std::span<const oid> relations;
};

/// pg_logical_emit_message().
struct logical_message {
  bool transactional = false;  // false: not between a Begin and a Commit of its own
  lsn position;
  std::string_view prefix;
  std::string_view content;
};

using pgoutput_message = std::variant<begin_message,
                                      commit_message,
                                      origin_message,
                                      relation_message,
                                      type_message,
                                      insert_message,
                                      update_message,
                                      delete_message,
                                      truncate_message,
                                      logical_message>;

/// Decodes one message at a time. What it returns points into the message's bytes and into the
/// decoder, and is valid until the next call or the end of the bytes, whichever is first. Allocates
/// only until it has seen the widest row.
class pgoutput_decoder {
 public:
  /// \param message one message, type byte first: the payload of an XLogData.
  /// \errors errc::truncated_message if it ends early, errc::unknown_message_type,
  /// errc::malformed_message if a byte is none of
  ///         the allowed ones or bytes are left over. The decoder can be used on after an error.
  result<pgoutput_message> decode(std::string_view message);

 private:
  std::vector<value_view> old_row_;
  std::vector<value_view> new_row_;
  std::vector<relation_column> columns_;
  std::vector<oid> relations_;
};

}  // namespace tidewire::postgres
