#pragma once

#include "app/engine.hpp"
#include "app/health.hpp"

#include <vector>

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

}  // namespace tidewire::app
