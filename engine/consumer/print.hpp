#pragma once

#include "consumer/envelope.hpp"

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

/// The text line that says that it was deleted; nothing as JSON.
std::string print_deleted(output_form form, std::string_view message_id, time_point now);

}  // namespace tidewire::consumer
