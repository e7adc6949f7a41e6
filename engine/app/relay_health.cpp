#include "app/relay_health.hpp"

#include "telemetry/process_figures.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

namespace tidewire::app {
namespace {

/// One figure of one stream.
std::function<double()> of_stream(const relay::relay& of,
                                  const std::string& stream,
                                  std::function<double(const relay::stream_state&)> read) {
  return [&of, stream, read = std::move(read)] {
    const auto all = of.streams();
    const auto found = std::ranges::find(all, stream, &relay::stream_state::stream);
    return found == all.end() ? -1.0 : read(*found);
  };
}

}  // namespace

std::vector<health_check> relay_health::readiness() const {
  std::vector<health_check> checks;
  for (auto& stream : relay_->streams()) {
    health_check check{.name = "stream " + stream.stream, .up = stream.trouble.empty()};
    if (!check.up) check.data.emplace_back("reason", std::move(stream.trouble));
    checks.push_back(std::move(check));
  }
  return checks;
}

void register_relay_figures(telemetry::registry& figures,
                            const relay::relay& of,
                            const std::vector<std::string>& streams) {
  using counters = relay::relay_counters;
  const auto count = [&](const char* name, const char* help, std::uint64_t counters::* which) {
    figures.add_computed_counter(
        name, help, [&of, which] { return static_cast<double>(of.counters().*which); });
  };
  count("tidewire_relay_records_total", "Kinesis records read.", &counters::records);
  count("tidewire_relay_events_total", "Events in them.", &counters::events);
  count("tidewire_relay_relayed_total", "Events that a bus has.", &counters::relayed);
  count("tidewire_relay_left_out_total", "Tombstones, and what was filtered.", &counters::left_out);
  count("tidewire_relay_dead_letters_total",
        "Events that went to the dead letters.",
        &counters::dead);
  count("tidewire_relay_requests_total", "PutEvents requests.", &counters::requests);
  count("tidewire_relay_requests_failed_total",
        "Those that failed as a whole.",
        &counters::requests_failed);
  count("tidewire_relay_entries_retried_total",
        "Entries that a bus refused for now and that went again.",
        &counters::entries_failed);
  count("tidewire_relay_reads_throttled_total",
        "Reads that Kinesis refused for now.",
        &counters::throttled_reads);
  for (const auto& stream : streams) {
    const auto add = [&](const char* name, const char* help, auto read) {
      figures.add_computed(name, help, of_stream(of, stream, read), {{"stream", stream}});
    };
    add("tidewire_relay_behind_ms",
        "Age of the oldest record that no bus has, of the shard that is furthest behind.",
        [](const relay::stream_state& s) { return static_cast<double>(s.behind_ms); });
    add("tidewire_relay_shards", "Shards that are read.", [](const relay::stream_state& s) {
      return static_cast<double>(s.shards);
    });
    add("tidewire_relay_up",
        "Whether the stream is read and its bus takes events.",
        [](const relay::stream_state& s) { return s.trouble.empty() ? 1.0 : 0.0; });
  }
  telemetry::add_process_figures(figures);
}

}  // namespace tidewire::app
