#include "local/kinesis/service.hpp"

#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/store/journal.hpp"

#include <algorithm>
#include <utility>

namespace tidewire::local {
namespace {

constexpr std::string_view stream_arn_middle = ":stream/";

/// The name at the end of `arn:aws:kinesis:us-east-1:000000000000:stream/NAME`; empty if the text
/// is no stream's ARN.
std::string_view name_in_arn(std::string_view arn) noexcept {
  const auto middle = arn.find(stream_arn_middle);
  if (!arn.starts_with("arn:aws") || arn.find(":kinesis:") == std::string_view::npos ||
      middle == std::string_view::npos)
    return {};
  return arn.substr(middle + stream_arn_middle.size());
}

}  // namespace

kinesis_service::kinesis_service(options how) : how_(std::move(how)) {}
kinesis_service::~kinesis_service() = default;

std::string kinesis_service::arn_of(const std::string& name) const {
  return "arn:" + how_.who.partition + ":kinesis:" + how_.who.region + ":" + how_.who.account +
         std::string(stream_arn_middle) + name;
}

api_error kinesis_service::no_such_stream(std::string_view name) const {
  return {.code = "ResourceNotFoundException",
          .message =
              "Stream " + std::string(name) + " under account " + how_.who.account + " not found."};
}

kinesis_service::or_error<kinesis_stream*> kinesis_service::find_stream(
    std::optional<std::string_view> name, std::optional<std::string_view> arn) {
  if (!name && !arn)
    return api_error{.code = "InvalidArgumentException",
                     .message = "Either StreamName or StreamARN must be given."};
  if (arn) {
    const auto inside = name_in_arn(*arn);
    if (inside.empty())
      return validation_error("1 validation error detected: " +
                              violation(*arn,
                                        "StreamARN",
                                        "Member must satisfy regular expression pattern: "
                                        "arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+"));
    if (name && *name != inside)
      return api_error{.code = "InvalidArgumentException",
                       .message = "StreamName " + std::string(*name) + " and StreamARN " +
                                  std::string(*arn) + " do not match."};
    name = inside;
  }
  const auto stream = streams_.find(*name);
  if (stream == streams_.end()) return no_such_stream(*name);
  return stream->second.get();
}

kinesis_service::or_error<kinesis_stream*> kinesis_service::named_stream(input_reader& in) {
  const auto name = in.text(
      "StreamName", {.length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto arn = in.text("StreamARN", {.length_min = 1, .length_max = 2048});
  if (auto problem = in.problem()) return *problem;
  return find_stream(name, arn);
}

kinesis_service::or_error<shard*> kinesis_service::named_shard(kinesis_stream& stream,
                                                               std::string_view id) const {
  if (shard* const one = stream.find_shard(id)) return one;
  return api_error{.code = "ResourceNotFoundException",
                   .message = "Could not find shard " + std::string(id) + " in stream " +
                              stream.name + " under account " + how_.who.account + "."};
}

reply kinesis_service::handle(const operation_call& call) {
  using member = reply (kinesis_service::*)(const operation_call&);
  static const std::map<std::string_view, member> operations{
      {"CreateStream", &kinesis_service::create_stream},
      {"DeleteStream", &kinesis_service::delete_stream},
      {"DescribeStream", &kinesis_service::describe_stream},
      {"DescribeStreamSummary", &kinesis_service::describe_stream_summary},
      {"ListStreams", &kinesis_service::list_streams},
      {"ListShards", &kinesis_service::list_shards},
      {"PutRecord", &kinesis_service::put_record},
      {"GetShardIterator", &kinesis_service::get_shard_iterator},
      {"SplitShard", &kinesis_service::split_shard},
      {"MergeShards", &kinesis_service::merge_shards},
      {"UpdateShardCount", &kinesis_service::update_shard_count},
      {"UpdateMaxRecordSize", &kinesis_service::update_record_size},
      {"UpdateStreamMode", &kinesis_service::update_stream_mode},
      {"ListTagsForStream", &kinesis_service::list_tags},
      {"ListTagsForResource", &kinesis_service::list_tags_by_arn},
      {"DescribeLimits", &kinesis_service::describe_limits},
  };
  if (call.operation == "IncreaseStreamRetentionPeriod") return change_retention(call, true);
  if (call.operation == "DecreaseStreamRetentionPeriod") return change_retention(call, false);
  if (call.operation == "AddTagsToStream") return add_tags(call, false);
  if (call.operation == "TagResource") return add_tags(call, true);
  if (call.operation == "RemoveTagsFromStream") return remove_tags(call, false);
  if (call.operation == "UntagResource") return remove_tags(call, true);
  const auto operation = operations.find(call.operation);
  if (operation == operations.end()) return unknown_operation(call.operation);
  return (this->*operation->second)(call);
}

bool kinesis_service::speaks_body(std::string_view operation) noexcept {
  return operation == "PutRecords" || operation == "GetRecords";
}

kinesis_service::body_reply kinesis_service::handle_body(const body_call& call) {
  return call.operation == "PutRecords" ? put_records(call) : get_records(call);
}

void kinesis_service::tick(time_point now) {
  stored_bytes_ = 0;
  for (const auto& [name, stream] : streams_) {
    stream->expire(unix_ms(now));
    for (const auto& one : stream->shards) stored_bytes_ += one->records.stored_bytes();
  }
  // Expired records leave the journal when they are most of it.
  constexpr std::uint64_t rewrite_bytes_min = 256UL * 1024 * 1024;
  if (journal_ != nullptr &&
      journal_->size() > std::max<std::uint64_t>(rewrite_bytes_min, stored_bytes_ * 4))
    rewrite_journal();
}

}  // namespace tidewire::local
