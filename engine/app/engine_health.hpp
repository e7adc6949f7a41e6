#pragma once

#include "app/engine.hpp"
#include "app/health.hpp"
#include "telemetry/registry.hpp"

#include <string>

namespace tidewire::app {

/// How the engine is, for the health pages. On the reader's thread.
class engine_health final : public health_source {
 public:
  explicit engine_health(const engine& of) : engine_(&of) {}

  bool live() const override { return true; }  // what could be mended by a restart mends itself
  std::vector<health_check> readiness() const override;

 private:
  const engine* engine_;
};

/// The engine's figures, and those that dashboards for Debezium ask for. All are read when they are
/// printed, in the printing thread, which must be the reader's. `of` outlives the registry.
/// \param server_name debezium.source.topic.prefix, which labels Debezium's own figures
void register_figures(telemetry::registry& figures,
                      const engine& of,
                      const std::string& server_name);

}  // namespace tidewire::app
