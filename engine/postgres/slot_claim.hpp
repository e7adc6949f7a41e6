#pragma once

#include "postgres/connection.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidewire::postgres {

/// A slot is active, and so refused to others, only while a stream is read from it; not during the
/// snapshot or the backlog by SQL that comes before. A claim is what engines of this program hold
/// for all of that time: an advisory lock of the slot's name in its database, held by the
/// connection that the stream comes over in the end, so that there is no moment between the two.
/// Other programs do not know of it.
///
/// It ends with the connection. The server is told to find out within a minute when that is gone
/// without a word, as it does while it streams (wal_sender_timeout).
/// \errors errc::slot_in_use, which names the process that has it.
call<nothing> claim_slot(connection& replication, std::string slot);

/// What a refused claim is told. The holder may let go before it is looked for, and then its
/// process is not known: 0.
failure claim_refusal(std::string_view slot, std::int32_t holder);

/// The process of the server that holds the claim; 0: nobody does.
call<std::int32_t> find_claimant(connection& database, std::string slot);

}  // namespace tidewire::postgres
