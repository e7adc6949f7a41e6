#include "telemetry/log_form.hpp"

#include "base/byte_buffer.hpp"
#include "base/json_text.hpp"

#include <fmt/chrono.h>

namespace tidewire::telemetry {
namespace {

std::string_view level_name(level l) noexcept {
  switch (l) {
    case level::debug:
      return "DEBUG";
    case level::info:
      return "INFO";
    case level::warning:
      return "WARN";
    case level::error:
      return "ERROR";
  }
  return "INFO";
}

}  // namespace

std::string in_one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const bool ends_line = c == '\n' || c == '\r';
    if (!ends_line)
      line += c;
    else if (!line.ends_with(' '))
      line += ' ';
  }
  return line;
}

std::string format_log_line(log_form form,
                            std::chrono::system_clock::time_point time,
                            level l,
                            std::string_view room,
                            std::string_view text) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  const auto when = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                                fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                                (ms - seconds).count());
  if (form == log_form::text)
    return fmt::format("{} {:<5} [{}] {}", when, level_name(l), room, in_one_line(text));
  byte_buffer line;
  line.append(R"({"timestamp":")");
  line.append(when);
  line.append(R"(","level":")");
  line.append(level_name(l));
  line.append(R"(","loggerName":)");
  append_json_string(line, room);
  line.append(R"(,"message":)");
  append_json_string(line, text);
  line.append("}");
  return std::string(line.view());
}

}  // namespace tidewire::telemetry
