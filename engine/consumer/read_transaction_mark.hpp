#pragma once

#include "consumer/transaction_mark.hpp"

#include <simdjson.h>

#include <optional>

namespace tidewire::consumer {

/// \param payload of a Debezium event that has been checked.
/// \return nothing where it belongs to no transaction: rows of snapshots, messages, heartbeats,
/// notifications, and all where the metadata is off.
std::optional<transaction_mark> read_transaction_mark(simdjson::dom::object payload);

}  // namespace tidewire::consumer
