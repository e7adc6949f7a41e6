#include "app/engine_health.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

namespace tidewire::app {
namespace {

std::string word_for(reader_phase phase) {
  switch (phase) {
    case reader_phase::connecting:
      return "connecting";
    case reader_phase::snapshot:
      return "snapshot";
    case reader_phase::catching_up:
      return "catching up";
    case reader_phase::streaming:
      return "streaming";
    case reader_phase::idle:
      return "idle after the snapshot";
    case reader_phase::stopping:
      break;
  }
  return "stopping";
}

bool at_work(reader_phase phase) noexcept {
  return phase == reader_phase::snapshot || phase == reader_phase::catching_up ||
         phase == reader_phase::streaming || phase == reader_phase::idle;
}

health_check sink_check(const engine& of) {
  health_check sink{.name = "sink", .up = true};
  std::uint64_t held = 0;
  for (const auto& publisher : of.publishers()) {
    const auto& counters = publisher->counters();
    held += counters.held.load(std::memory_order_relaxed);
    if (!sink.up || !counters.failing.load(std::memory_order_relaxed)) continue;
    sink.up = false;
    sink.data.emplace_back("reason", counters.trouble.words());
  }
  // Other keys go on, so this is no closed road; but the position stands, and log is kept.
  if (held > 0)
    sink.data.emplace_back("held",
                           std::to_string(held) + " records are refused for good; see the log");
  return sink;
}

}  // namespace

std::vector<health_check> engine_health::readiness() const {
  const reader_status& source = engine_->source().status();
  health_check database{
      .name = "database", .up = at_work(source.phase), .data = {{"phase", word_for(source.phase)}}};
  if (!source.trouble.empty()) database.data.emplace_back("reason", source.trouble);
  return {std::move(database), sink_check(*engine_)};
}

}  // namespace tidewire::app
