#include "app/relay_settings.hpp"

#include "base/startup_error.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::app {
namespace {

using config::settings;

constexpr std::string_view family = "tidewire.relay.";

[[noreturn]] void refuse(const settings& properties,
                         const std::string& property,
                         const std::string& why) {
  throw startup_error(fmt::format("{}: {}: {}", properties.place_of(property), property, why));
}

/// A stream's own property, or the one for all streams.
struct choice {
  std::string property;
  std::optional<std::string> value;
};

choice choose(const settings& properties, const std::string& stream, std::string_view what) {
  const std::string own = fmt::format("{}{}.{}", family, stream, what);
  if (properties.is_set(own)) return {own, properties.find(own)};
  const std::string all = fmt::format("{}{}", family, what);
  return {all, properties.find(all)};
}

relay::detail_form detail_form_of(std::string_view text) {
  if (text == "payload") return relay::detail_form::payload;
  if (text == "unwrapped") return relay::detail_form::unwrapped;
  return relay::detail_form::full;
}

relay::entry_options read_stream(const settings& properties, const std::string& stream) {
  constexpr std::size_t detail_type_max = 128;  // characters; of PutEvents
  const auto text = [&](std::string_view what) {
    return choose(properties, stream, what).value.value_or(std::string());
  };
  relay::entry_options entries;
  entries.stream = stream;
  entries.bus = text("bus");
  entries.detail_type = text("detail-type");
  entries.source = text("source");
  entries.detail = detail_form_of(text("detail"));
  entries.entry_bytes_max = properties.bytes("tidewire.relay.entry.bytes");
  if (entries.source.empty()) entries.source = stream;
  if (entries.detail_type.size() > detail_type_max)
    refuse(properties,
           choose(properties, stream, "detail-type").property,
           "a detail type has at most 128 characters");
  if (const auto filter = choose(properties, stream, "filter");
      filter.value && !filter.value->empty()) {
    auto compiled = rules::pattern::compile(*filter.value);
    if (!compiled) refuse(properties, filter.property, compiled.error().message);
    entries.filter = *compiled;
  }
  return entries;
}

}  // namespace

relay::relay_options read_relay_options(const settings& properties) {
  relay::relay_options options;
  for (const auto& stream : properties.list("tidewire.relay.streams"))
    options.streams.push_back(read_stream(properties, stream));
  if (options.streams.empty())
    throw startup_error(fmt::format("{}: tidewire.relay.streams names no stream: nothing to relay",
                                    properties.source()));
  const auto start = relay::parse_start(properties.text("tidewire.relay.start"));
  if (!start)
    refuse(properties,
           "tidewire.relay.start",
           "one of TRIM_HORIZON, LATEST, AT_TIMESTAMP:2026-01-31T00:00:00Z");
  options.start = *start;
  options.folder = properties.text("tidewire.relay.checkpoint.dir");
  options.dead_letter_queue = properties.text("tidewire.relay.dead-letter.queue");
  options.requests.bytes_max = properties.bytes("tidewire.relay.request.bytes");
  options.requests_in_flight_max =
      static_cast<std::size_t>(properties.integer("tidewire.relay.requests-in-flight"));
  options.buffer_bytes_max = properties.bytes("tidewire.relay.buffer");
  options.reading.page_bytes = options.buffer_bytes_max / 2;
  options.reading.idle_min = properties.duration("tidewire.relay.poll.min");
  options.reading.idle_max =
      std::max(options.reading.idle_min, properties.duration("tidewire.relay.poll.max"));
  options.drain_max = properties.duration("tidewire.relay.drain");
  return options;
}

}  // namespace tidewire::app
