#include "app/logging.hpp"

#include "telemetry/log.hpp"

#include <string>

namespace tidewire::app {
namespace {

using telemetry::level;

level level_of(const std::string& word) {
  if (word == "DEBUG") return level::debug;
  if (word == "WARN") return level::warning;
  if (word == "ERROR") return level::error;
  return level::info;
}

}  // namespace

void start_log(const config::settings& properties) {
  telemetry::set_log_level(level_of(properties.text("quarkus.log.level")));
  telemetry::set_log_json(properties.flag("quarkus.log.console.json"));
  for (const auto& warning : properties.warnings())
    telemetry::log_line(level::warning, "config", warning.message);
}

}  // namespace tidewire::app
