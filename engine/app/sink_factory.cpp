#include "app/sink_factory.hpp"

#include "app/engine_options.hpp"
#include "base/startup_error.hpp"
#include "sinks/aggregated_kinesis_destination.hpp"
#include "sinks/eventbridge_destination.hpp"
#include "sinks/kinesis_destination.hpp"
#include "sinks/sqs_destination.hpp"
#include "sinks/stdout_destination.hpp"
#include "sinks/topic_map.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::app {
namespace {

using config::settings;

/// `<prefix><topic>.<word>=…` by topic. Topics hold dots, so the word is what stands behind the
/// last one.
std::vector<std::pair<std::string, std::string>> by_topic(const settings& from,
                                                          std::string_view prefix,
                                                          std::string_view word) {
  std::vector<std::pair<std::string, std::string>> own;
  const std::string ending = "." + std::string(word);
  for (const auto& [rest, value] : from.with_prefix(prefix))
    if (rest.size() > ending.size() && rest.ends_with(ending))
      own.emplace_back(rest.substr(0, rest.size() - ending.size()), value);
  return own;
}

sinks::topic_map map_of(const settings& from,
                        std::string_view common,
                        std::string_view prefix,
                        std::string_view word) {
  return {from.is_set(common) ? from.text(common) : std::string(), by_topic(from, prefix, word)};
}

sinks::destination_ptr kinesis(const settings& from, const aws_clients& clients) {
  sinks::kinesis_destination::options how;
  how.null_key = from.text("debezium.sink.kinesis.null.key");
  how.records_max = static_cast<std::size_t>(from.integer("debezium.sink.kinesis.batch.size"));
  if (from.flag("tidewire.sink.kinesis.aggregation")) {
    how.aggregates = compression_of(from);
    return std::make_unique<sinks::aggregated_kinesis_destination>(clients.kinesis(),
                                                                   std::move(how));
  }
  return std::make_unique<sinks::kinesis_destination>(clients.kinesis(), std::move(how));
}

sinks::destination_ptr eventbridge(const settings& from, const aws_clients& clients) {
  constexpr std::string_view prefix = "tidewire.sink.eventbridge.";
  sinks::eventbridge_destination::options how;
  how.bus = {from.text("tidewire.sink.eventbridge.bus"), by_topic(from, prefix, "bus")};
  how.source = map_of(from, "tidewire.sink.eventbridge.source", prefix, "source");
  how.detail_type = map_of(from, "tidewire.sink.eventbridge.detail-type", prefix, "detail-type");
  return std::make_unique<sinks::eventbridge_destination>(clients.eventbridge(), std::move(how));
}

sinks::destination_ptr sqs(const settings& from, const aws_clients& clients) {
  sinks::sqs_destination::options how;
  auto own = by_topic(from, "tidewire.sink.sqs.", "queue-url");
  const std::string common = from.text("debezium.sink.sqs.queue.url");
  if (common.empty() && own.empty())
    throw startup_error(
        "debezium.sink.type=sqs needs debezium.sink.sqs.queue.url, or "
        "tidewire.sink.sqs.<topic>.queue-url for each topic");
  how.queue = {common, own};
  how.null_key = from.text("debezium.sink.sqs.null.key");
  how.identity_prefix = from.text("debezium.source.topic.prefix") + "-";
  return std::make_unique<sinks::sqs_destination>(clients.sqs(), std::move(how));
}

}  // namespace

sinks::destination_ptr make_destination(const settings& properties, const aws_clients& clients) {
  const std::string type = properties.text("debezium.sink.type");
  if (type == "kinesis") return kinesis(properties, clients);
  if (type == "eventbridge") return eventbridge(properties, clients);
  if (type == "sqs") return sqs(properties, clients);
  if (type == "stdout") return std::make_unique<sinks::stdout_destination>();
  throw startup_error("debezium.sink.type=" + type +
                      " is not a sink here; the sinks are kinesis, eventbridge, sqs and stdout");
}

}  // namespace tidewire::app
