#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::ledger {

enum class errc : std::uint8_t {
  malformed_line = 1,  // no line of test_decoding
  no_event,            // JSON, but not an event of Debezium with its source
};
error_code make_error_code(errc e) noexcept;

struct decoded_column {
  enum class state : std::uint8_t { value, null, unchanged };  // unchanged: TOAST that was not sent

  std::string name;
  std::string type;  // as format_type() names it: integer, character varying, text[]
  std::string text;  // without the quotes of its literal
  state what = state::value;

  bool operator==(const decoded_column&) const = default;
};

/// One line of the plug-in test_decoding.
struct decoded_line {
  enum class kind : std::uint8_t { begin, commit, insert, update, remove, truncate, message };

  kind what = kind::begin;
  std::vector<std::pair<std::string, std::string>> tables;  // schema, name; several of a truncate
  std::vector<decoded_column> old_key;                      // of an update that shows it
  std::vector<decoded_column> row;                          // of a delete: what identifies it
};

/// Reads one line, such as
///
///   BEGIN 733
///   table public.t: INSERT: id[integer]:1 name[text]:'it''s' "odd name"[text[]]:null
///   table public.t: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:2
///   name[text]:unchanged-toast-datum table public.t: DELETE: id[integer]:2 | (no-tuple-data) table
///   public.t, public.u: TRUNCATE: restart_seqs cascade     | (no-flags) message: transactional: 1
///   prefix: p, sz: 2 content:ab COMMIT 733
///
/// \errors errc::malformed_line.
/// Source: PostgreSQL, contrib/test_decoding.
result<decoded_line> parse_test_decoding(std::string_view line);

}  // namespace tidewire::ledger

template <>
struct boost::system::is_error_code_enum<tidewire::ledger::errc> : std::true_type {};
