#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::int64_t retention_hours_min = 24;
constexpr std::int64_t retention_hours_max = 8760;

}  // namespace

std::optional<bool> kinesis_service::read_on_demand(input_reader& in, bool required) {
  auto details = in.inside("StreamModeDetails", required);
  if (!details) return std::nullopt;
  const auto mode =
      details->text("StreamMode", {.required = true, .one_of = {"PROVISIONED", "ON_DEMAND"}});
  in.add(*details);
  return mode == "ON_DEMAND";
}

reply kinesis_service::change_retention(const operation_call& call, bool up) {
  input_reader in(call.input);
  const auto hours = in.number("RetentionPeriodHours", {.required = true});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  kinesis_stream& stream = **found;
  const std::string asked =
      "Requested retention period (" + std::to_string(*hours) + " hours) for stream " + stream.name;
  if (*hours < retention_hours_min)
    return invalid_argument("Minimum allowed retention period is 24 hours. " + asked +
                            " is too short.");
  if (*hours > retention_hours_max)
    return invalid_argument("Maximum allowed retention period is 8760 hours. " + asked +
                            " is too long.");
  if (up && *hours < stream.retention_hours)
    return invalid_argument(asked + " can not be shorter than existing retention period (" +
                            std::to_string(stream.retention_hours) +
                            " hours). Use DecreaseRetentionPeriod API.");
  if (!up && *hours > stream.retention_hours)
    return invalid_argument(asked + " can not be longer than existing retention period (" +
                            std::to_string(stream.retention_hours) +
                            " hours). Use IncreaseRetentionPeriod API.");
  stream.retention_hours = *hours;
  streams_changed();
  return json::object{};
}

reply kinesis_service::update_record_size(const operation_call& call) {
  input_reader in(call.input);
  const auto kib = in.number("MaxRecordSizeInKiB", {.required = true, .min = 1024, .max = 10240});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  (*found)->record_kib_max = *kib;
  streams_changed();
  return json::object{};
}

reply kinesis_service::update_stream_mode(const operation_call& call) {
  input_reader in(call.input);
  const auto on_demand = read_on_demand(in, true);
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  (*found)->on_demand = *on_demand;
  streams_changed();
  return json::object{};
}

reply kinesis_service::describe_limits(const operation_call&) {
  std::size_t open = 0;
  std::size_t on_demand = 0;
  for (const auto& [name, stream] : streams_) {
    open += stream->on_demand ? 0 : stream->open_count();
    on_demand += stream->on_demand ? 1 : 0;
  }
  return json::object{{"ShardLimit", 10'000},
                      {"OpenShardCount", open},
                      {"OnDemandStreamCount", on_demand},
                      {"OnDemandStreamCountLimit", 50}};
}

}  // namespace tidewire::local
