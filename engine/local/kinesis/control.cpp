#include "base/base64.hpp"
#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::int64_t shards_max = 10'000;

json::object mode_of(const kinesis_stream& stream) {
  return {{"StreamMode", stream.on_demand ? "ON_DEMAND" : "PROVISIONED"}};
}

double seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1000.0;
}

}  // namespace

reply kinesis_service::create_stream(const operation_call& call) {
  input_reader in(call.input);
  const auto name = in.text(
      "StreamName",
      {.required = true, .length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto count = in.number("ShardCount", {.min = 1});
  const auto record_kib = in.number("MaxRecordSizeInKiB", {.min = 1024, .max = 10240});
  const bool on_demand = read_on_demand(in, false).value_or(false);
  auto tags = read_tags(in, false);
  if (auto problem = in.problem()) return *problem;
  if (!on_demand && !count)
    return validation_error("ShardCount must be given for a stream in PROVISIONED mode.");
  if (on_demand && count)
    return validation_error("ShardCount must not be given for a stream in ON_DEMAND mode.");
  if (count.value_or(1) > shards_max)
    return api_error{.code = "LimitExceededException",
                     .message = "This request would exceed the shard limit for the account " +
                                how_.who.account + " in " + how_.who.region +
                                ". Limit: " + std::to_string(shards_max) + "."};
  if (streams_.contains(*name))
    return api_error{.code = "ResourceInUseException",
                     .message = "Stream " + std::string(*name) + " under account " +
                                how_.who.account + " already exists."};

  auto stream = std::make_unique<kinesis_stream>();
  stream->name = *name;
  stream->created_ms = unix_ms(call.now);
  const std::string id = ids_.uuid() + ids_.uuid();
  for (const char c : id)
    if (c != '-' && stream->stream_id.size() < 24)
      stream->stream_id.append(stream->stream_id.size() == 20 ? "-" : "").push_back(c);
  stream->on_demand = on_demand;
  stream->record_kib_max = record_kib.value_or(1024);
  stream->tags = std::move(tags);
  constexpr std::int64_t on_demand_shards = 4;
  for (const auto& [first, last] :
       even_ranges(static_cast<std::size_t>(on_demand ? on_demand_shards : *count)))
    stream->add_shard(first, last, stream->created_ms);
  stream->reindex();
  streams_.emplace(*name, std::move(stream));
  streams_changed();
  return json::object{};
}

reply kinesis_service::delete_stream(const operation_call& call) {
  input_reader in(call.input);
  const auto stream = named_stream(in);
  if (stream.has_error()) return stream.error();
  for (const auto& one : (*stream)->shards)
    stored_bytes_ -= std::min(stored_bytes_, one->records.stored_bytes());
  streams_.erase(streams_.find((*stream)->name));
  streams_changed();
  return json::object{};
}

reply kinesis_service::describe_stream(const operation_call& call) {
  input_reader in(call.input);
  const auto limit = in.number("Limit", {.min = 1, .max = 10000});
  const auto after =
      in.text("ExclusiveStartShardId",
              {.length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const kinesis_stream& stream = **found;
  json::array shards;
  bool more = false;
  for (const auto& one : stream.shards) {
    if (after && one->id() <= *after) continue;
    more = static_cast<std::int64_t>(shards.size()) >= limit.value_or(100);
    if (more) break;
    shards.push_back(describe(*one));
  }
  json::object description{
      {"StreamName", stream.name},
      {"StreamARN", arn_of(stream.name)},
      {"StreamStatus", "ACTIVE"},
      {"StreamModeDetails", mode_of(stream)},
      {"Shards", std::move(shards)},
      {"HasMoreShards", more},
      {"RetentionPeriodHours", stream.retention_hours},
      {"StreamCreationTimestamp", seconds(stream.created_ms)},
      {"EnhancedMonitoring", json::array{json::object{{"ShardLevelMetrics", json::array{}}}}},
      {"EncryptionType", "NONE"}};
  return json::object{{"StreamDescription", std::move(description)}};
}

reply kinesis_service::describe_stream_summary(const operation_call& call) {
  input_reader in(call.input);
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const kinesis_stream& stream = **found;
  json::object summary{
      {"StreamName", stream.name},
      {"StreamARN", arn_of(stream.name)},
      {"StreamId", stream.stream_id},
      {"StreamStatus", "ACTIVE"},
      {"StreamModeDetails", mode_of(stream)},
      {"RetentionPeriodHours", stream.retention_hours},
      {"StreamCreationTimestamp", seconds(stream.created_ms)},
      {"EnhancedMonitoring", json::array{json::object{{"ShardLevelMetrics", json::array{}}}}},
      {"EncryptionType", "NONE"},
      {"OpenShardCount", stream.open_count()},
      {"ConsumerCount", 0},
      {"MaxRecordSizeInKiB", stream.record_kib_max}};
  return json::object{{"StreamDescriptionSummary", std::move(summary)}};
}

json::object kinesis_service::summary_of(const kinesis_stream& stream) const {
  return {{"StreamName", stream.name},
          {"StreamARN", arn_of(stream.name)},
          {"StreamStatus", "ACTIVE"},
          {"StreamModeDetails", mode_of(stream)},
          {"StreamCreationTimestamp", seconds(stream.created_ms)}};
}

reply kinesis_service::list_streams(const operation_call& call) {
  input_reader in(call.input);
  const auto limit = in.number("Limit", {.min = 1, .max = 10000});
  const auto after =
      in.text("ExclusiveStartStreamName",
              {.length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto token = in.text("NextToken", {.length_min = 1, .length_max = 1048576});
  if (auto problem = in.problem()) return *problem;
  std::string from(after.value_or(""));
  if (token) {
    const auto last = from_base64(*token);
    if (!last) return invalid_argument("NextToken is invalid.");
    from = *last;
  }
  json::object out;
  json::array names;
  json::array summaries;
  bool more = false;
  for (auto at = streams_.upper_bound(from); at != streams_.end(); ++at) {
    more = static_cast<std::int64_t>(names.size()) >= limit.value_or(100);
    if (more) break;
    names.emplace_back(at->first);
    summaries.push_back(summary_of(*at->second));
    from = at->first;
  }
  out["StreamNames"] = std::move(names);
  out["HasMoreStreams"] = more;
  if (more) out["NextToken"] = to_base64(from);
  out["StreamSummaries"] = std::move(summaries);
  return out;
}

}  // namespace tidewire::local
