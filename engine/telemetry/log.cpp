#include "telemetry/log.hpp"

#include "telemetry/log_form.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <memory>

namespace tidewire::telemetry {
namespace {

std::atomic<level> lowest_level{level::info};
std::atomic<bool> json_lines{false};

spdlog::level::level_enum spdlog_level(level l) noexcept {
  switch (l) {
    case level::debug:
      return spdlog::level::debug;
    case level::info:
      return spdlog::level::info;
    case level::warning:
      return spdlog::level::warn;
    case level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// The whole line is made here, so that one line is one write whatever its form.
spdlog::logger& writer() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("tidewire",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

}  // namespace

void set_log_level(level lowest) {
  lowest_level.store(lowest, std::memory_order_relaxed);
}
void set_log_json(bool json) {
  json_lines.store(json, std::memory_order_relaxed);
}

bool log_enabled(level l) noexcept {
  return l >= lowest_level.load(std::memory_order_relaxed);
}

void log_line(level l, std::string_view room, std::string_view text) {
  const auto form = json_lines.load(std::memory_order_relaxed) ? log_form::json : log_form::text;
  writer().log(spdlog_level(l),
               format_log_line(form, std::chrono::system_clock::now(), l, room, text));
}

}  // namespace tidewire::telemetry
