#include "app/snapshot_fingerprint.hpp"

#include "base/checksum.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

constexpr std::array<std::string_view, 5> shaping = {"debezium.source.",
                                                     "debezium.sink.",
                                                     "debezium.format.",
                                                     "debezium.transforms",
                                                     "debezium.predicates"};
/// Of those, the ways of reading and sending.
constexpr std::array<std::string_view, 23> other = {
    "debezium.source.database.hostname",
    "debezium.source.database.port",
    "debezium.source.database.user",
    "debezium.source.database.password",
    "debezium.source.database.sslmode",
    "debezium.source.database.sslcert",
    "debezium.source.database.sslkey",
    "debezium.source.database.sslpassword",
    "debezium.source.database.sslrootcert",
    "debezium.source.database.sslfactory",
    "debezium.source.database.tcpKeepAlive",
    "debezium.source.database.initial.statements",
    "debezium.source.offset.",
    "debezium.source.slot.",
    "debezium.source.snapshot.delay.ms",
    "debezium.source.snapshot.fetch.size",
    "debezium.source.snapshot.lock.timeout.ms",
    "debezium.source.snapshot.max.threads",
    "debezium.source.heartbeat.",
    "debezium.source.status.update.interval.ms",
    "debezium.source.max.",
    "debezium.source.poll.",
    "debezium.sink.kinesis.credentials.",
};

bool shapes_events(std::string_view name) {
  const auto begins = [name](std::string_view prefix) { return name.starts_with(prefix); };
  return std::ranges::any_of(shaping, begins) && std::ranges::none_of(other, begins);
}

}  // namespace

std::uint32_t snapshot_fingerprint(const config::settings& properties) {
  std::vector<std::pair<std::string, std::string>> all = properties.with_prefix("");
  std::ranges::sort(all);
  std::string text;
  for (const auto& [name, value] : all)
    if (shapes_events(name)) text += name + '=' + value + '\n';
  return checksum(text);
}

}  // namespace tidewire::app
