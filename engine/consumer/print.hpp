#pragma once

#include "consumer/envelope.hpp"
#include "consumer/transaction_groups.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace tidewire::consumer {

enum class output_form {
  text,  // lines for people: what came, its before and after, that it was deleted
  json,  // one line for each event: {"id","detail-type","source","time","event":{…}}
};

using time_point = std::chrono::system_clock::time_point;

/// One event, as lines with their ends. Text lines are `time module level text`, time in UTC:
///   2026-11-22 06:52:56,123 consumer INFO Received event detail-type: …, source: …, message id …
///   2026-11-22 06:52:56,123 consumer INFO before: null
///   2026-11-22 06:52:56,123 consumer INFO after: {…}
std::string print_event(output_form form,
                        const received_event& event,
                        std::string_view message_id,
                        time_point now);

/// The events of a transaction. Text has a line before them:
///   2026-11-22 06:52:56,123 consumer INFO Transaction 571 of 2026-11-22 06:52:55,100: 3 changes
/// and says where it is not complete. As JSON each event's line ends in
///   "transaction":{"id":"571","ts_ms":1795330375100,"order":1,"of":3,"state":"complete"}
/// where id and ts_ms (of the commit) name the transaction, order is null for BEGIN and END, of is
/// null where END has not come, and state is complete, incomplete or late.
std::string print_run(output_form form, const transaction_run& run, time_point now);

/// Takes away what print_event does not need, of an event that is to be held.
void drop_unprinted(output_form form, received_event& event);

/// The text line that says that it was deleted; nothing as JSON.
std::string print_deleted(output_form form, std::string_view message_id, time_point now);

}  // namespace tidewire::consumer
