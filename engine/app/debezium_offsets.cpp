#include "app/debezium_offsets.hpp"

#include "base/startup_error.hpp"
#include "debezium/resume_point.hpp"
#include "telemetry/log.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidewire::app {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw startup_error("Debezium's position file " + path + " cannot be understood: " + why +
                      "; put a copy in its place, or remove it to begin anew with a snapshot");
}

std::string servers_of(const std::vector<debezium::entry>& entries) {
  std::string all;
  for (const auto& one : entries) all += (all.empty() ? "" : ", ") + one.key.server;
  return all;
}

}  // namespace

std::vector<debezium::entry> load_debezium_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file && !std::filesystem::exists(path)) return {};
  if (!file || std::filesystem::is_directory(path))
    throw startup_error("Debezium's position file " + path + " cannot be read");
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto entries = debezium::read_position_file(bytes);
  if (!entries) refuse(path, entries.error().message());
  return std::move(*entries);
}

std::optional<offsets> take_over(const std::string& path,
                                 const debezium::entry_key& key,
                                 const std::string& slot) {
  const auto entries = load_debezium_file(path);
  const debezium::entry* const found = debezium::find_entry(entries, key);
  if (found == nullptr) {
    if (!entries.empty())
      telemetry::log(telemetry::level::warning,
                     "offsets",
                     "{} has positions of {}, and none of topic.prefix {}; it does not count here",
                     path,
                     servers_of(entries),
                     key.server);
    return std::nullopt;
  }
  const auto position = debezium::read_position(*found->value_text);
  if (!position) refuse(path, position.error().message());
  const debezium::resume_point from = debezium::resume_from(*position);
  return offsets{.slot = slot,
                 .snapshot_completed = from.snapshot_completed,
                 .durable = from.position,
                 .within_after = from.within_after};
}

debezium::entry hand_over(const offsets& position, const debezium::entry_key& key) {
  // All up to a transaction's end. Without a type Debezium does not take a change that stands at
  // that very byte for one that it sent.
  return debezium::make_entry(
      key, {.at = position.durable, .processed = position.durable, .commit = position.durable});
}

}  // namespace tidewire::app
