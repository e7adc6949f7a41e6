#pragma once

#include <simdjson.h>

#include <string>

namespace tidewire::consumer {

/// What is wrong with the payload of a Debezium PostgreSQL event: a change, the begin or end of a
/// transaction, a notification or a heartbeat. Nothing wrong is the empty text.
/// Source: the `schema` that Debezium 2.5.3 writes beside its payloads.
std::string find_fault_in_payload(simdjson::dom::object payload);

}  // namespace tidewire::consumer
