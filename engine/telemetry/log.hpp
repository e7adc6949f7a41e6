#pragma once

#include <fmt/core.h>

#include <string_view>

/// One line of log per fact, on standard error. spdlog does the work behind this plain header.
/// Secrets are never given to it: what holds one has a redacted form of its own.
namespace tidewire::telemetry {

enum class level { debug, info, warning, error };

/// What is below `lowest` is not printed. Call before the first thread starts.
void set_log_level(level lowest);
void set_log_json(bool json);

bool log_enabled(level l) noexcept;
void log_line(level l, std::string_view room, std::string_view text);

template <class... Arguments>
void log(level l,
         std::string_view room,
         fmt::format_string<Arguments...> format,
         Arguments&&... arguments) {
  if (log_enabled(l)) log_line(l, room, fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace tidewire::telemetry
