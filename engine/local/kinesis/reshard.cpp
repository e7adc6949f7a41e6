#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"

#include <algorithm>

namespace tidewire::local {
namespace {

constexpr input_reader::text_rule shard_name() {
  return {
      .required = true, .length_min = 1, .length_max = 128, .shape = input_reader::pattern::name};
}

}  // namespace

/// The children begin after the parent ended, also on the sequence numbers' clock.
void kinesis_service::split(kinesis_stream& stream,
                            shard& parent,
                            hash_key second_first,
                            std::int64_t now_ms) {
  now_ms = std::max(now_ms, parent.created_ms() + 1);
  shard& lower = stream.add_shard(parent.first_key, second_first - 1, now_ms);
  shard& upper = stream.add_shard(second_first, parent.last_key, now_ms);
  lower.parent = upper.parent = parent.number();
  parent.children = {lower.number(), upper.number()};
  parent.close(now_ms);
  stream.reindex();
}

void kinesis_service::merge(kinesis_stream& stream,
                            shard& lower,
                            shard& upper,
                            std::int64_t now_ms) {
  now_ms = std::max({now_ms, lower.created_ms() + 1, upper.created_ms() + 1});
  shard& child = stream.add_shard(lower.first_key, upper.last_key, now_ms);
  child.parent = lower.number();
  child.adjacent_parent = upper.number();
  for (shard* const parent : {&lower, &upper}) {
    parent->children = {child.number()};
    parent->close(now_ms);
  }
  stream.reindex();
}

reply kinesis_service::split_shard(const operation_call& call) {
  input_reader in(call.input);
  const auto id = in.text("ShardToSplit", shard_name());
  const auto key_text =
      in.text("NewStartingHashKey", {.required = true, .shape = input_reader::pattern::decimal});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const auto parent = named_shard(**found, *id);
  if (parent.has_error()) return parent.error();
  const std::string where = " in stream " + (*found)->name + " under account " + how_.who.account;
  if (!(*parent)->open())
    return invalid_argument(
        "Shard " + (*parent)->id() + where +
        " has already been merged or split, and thus is not eligible for merging or splitting.");
  const auto key = parse_hash_key(*key_text);
  if (!key || *key <= (*parent)->first_key + 1 || *key >= (*parent)->last_key)
    return invalid_argument("NewStartingHashKey " + std::string(*key_text) +
                            " used in SplitShard() on shard " + (*parent)->id() + where +
                            " is not both greater than one plus the shard's StartingHashKey " +
                            to_string((*parent)->first_key) +
                            " and less than the shard's EndingHashKey " +
                            to_string((*parent)->last_key) + ".");
  split(**found, **parent, *key, unix_ms(call.now));
  streams_changed();
  return boost::json::object{};
}

reply kinesis_service::merge_shards(const operation_call& call) {
  input_reader in(call.input);
  const auto first_id = in.text("ShardToMerge", shard_name());
  const auto second_id = in.text("AdjacentShardToMerge", shard_name());
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const auto first = named_shard(**found, *first_id);
  if (first.has_error()) return first.error();
  const auto second = named_shard(**found, *second_id);
  if (second.has_error()) return second.error();
  const std::string where = " in stream " + (*found)->name + " under account " + how_.who.account;
  for (const shard* const one : {*first, *second})
    if (!one->open())
      return invalid_argument(
          "Shard " + one->id() + where +
          " has already been merged or split, and thus is not eligible for merging or splitting.");
  shard* lower = *first;
  shard* upper = *second;
  if (upper->first_key < lower->first_key) std::swap(lower, upper);
  if (lower == upper || lower->last_key + 1 != upper->first_key)
    return invalid_argument("Shards " + (*first)->id() + " and " + (*second)->id() + where +
                            " are not an adjacent pair of shards eligible for merging.");
  merge(**found, *lower, *upper, unix_ms(call.now));
  streams_changed();
  return boost::json::object{};
}

/// To the even ranges of the new count: every open shard is cut at the new borders inside it, and
/// the pieces of one new range merged.
reply kinesis_service::update_shard_count(const operation_call& call) {
  input_reader in(call.input);
  const auto target = in.number("TargetShardCount", {.required = true, .min = 1});
  in.text("ScalingType", {.required = true, .one_of = {"UNIFORM_SCALING"}});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  kinesis_stream& stream = **found;
  const auto current = static_cast<std::int64_t>(stream.open_count());
  if (stream.on_demand)
    return validation_error("UpdateShardCount is not allowed for a stream in ON_DEMAND mode.");
  if (*target > current * 2 || *target * 2 < current)
    return api_error{.code = "LimitExceededException",
                     .message =
                         "UpdateShardCount cannot scale up over double your current open shard "
                         "count or down below half of it. "
                         "Current open shard count: " +
                         std::to_string(current) + ", target: " + std::to_string(*target) + "."};
  const std::int64_t now_ms = unix_ms(call.now);
  const auto ranges = even_ranges(static_cast<std::size_t>(*target));
  for (const auto& [first, last] : ranges)
    if (shard& home = stream.route(first); home.first_key != first)
      split(stream, home, first, now_ms);
  for (const auto& [first, last] : ranges)
    while (stream.route(first).last_key != last) {
      shard& lower = stream.route(first);
      merge(stream, lower, stream.route(lower.last_key + 1), now_ms);
    }
  streams_changed();
  return boost::json::object{{"StreamName", stream.name},
                             {"CurrentShardCount", current},
                             {"TargetShardCount", *target},
                             {"StreamARN", arn_of(stream.name)}};
}

}  // namespace tidewire::local
