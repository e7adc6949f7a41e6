#pragma once

#include "telemetry/log.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace tidewire::telemetry {

/// `text`: time, level, room in brackets, message. `json`: one object a line with Quarkus' names
/// for the same.
enum class log_form { text, json };

/// What others say, such as AWS of a wrong signature, may have lines; a log has one for each event.
std::string in_one_line(std::string_view text);

/// One line of log without its end; times are UTC with milliseconds. A line end inside a text stays
/// one line in JSON only.
std::string format_log_line(log_form form,
                            std::chrono::system_clock::time_point time,
                            level l,
                            std::string_view room,
                            std::string_view text);

}  // namespace tidewire::telemetry
