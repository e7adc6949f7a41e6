#pragma once

#include "base/result.hpp"

#include <type_traits>

namespace tidewire::postgres {

/// What can go wrong between us and the server, other than what the server itself says by an
/// SQLSTATE.
enum class errc {
  truncated_message = 1,
  unknown_message_type,
  malformed_message,
  connection_failed,
  connection_lost,
  deadline_exceeded,
  stream_ended,
  query_failed,
  unexpected_answer,
  publication_missing,
  slot_missing,
  slot_in_use,
  slot_of_another_plugin,
  slot_of_another_database,
  slot_lost,
  not_permitted,
  spill_full,
  spill_damaged,
  stream_undecidable,
};

const boost::system::error_category& postgres_category() noexcept;
inline error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), postgres_category()};
}

}  // namespace tidewire::postgres

template <>
struct boost::system::is_error_code_enum<tidewire::postgres::errc> : std::true_type {};
