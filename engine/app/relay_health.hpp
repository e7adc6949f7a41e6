#pragma once

#include "app/health.hpp"
#include "relay/relay.hpp"
#include "telemetry/registry.hpp"

#include <string>
#include <vector>

namespace tidewire::app {

/// How the relay is, for its health pages: a check for each stream. On the relay's thread.
class relay_health final : public health_source {
 public:
  explicit relay_health(const relay::relay& of) : relay_(&of) {}

  bool live() const override { return true; }  // what could be mended by a restart mends itself
  std::vector<health_check> readiness() const override;

 private:
  const relay::relay* relay_;
};

/// The relay's figures. Read when they are printed, in the relay's thread; `of` outlives the
/// registry.
void register_relay_figures(telemetry::registry& figures,
                            const relay::relay& of,
                            const std::vector<std::string>& streams);

}  // namespace tidewire::app
