#include "base/base64.hpp"
#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>

namespace tidewire::local {
namespace {

namespace json = boost::json;

constexpr std::int64_t token_life_ms = 300'000;

/// What ListShards is asked to leave out.
struct shard_filter {
  std::string type;
  std::string after_id;
  std::int64_t at_ms = 0;

  bool wants(const shard& one, std::int64_t horizon_ms) const {
    if (type == "AFTER_SHARD_ID") return one.id() > after_id;
    if (type == "AT_LATEST") return one.open();
    const auto open_at = [&](std::int64_t ms) {
      return one.created_ms() <= ms && (one.open() || *one.closed_ms() > ms);
    };
    if (type == "AT_TRIM_HORIZON")
      return open_at(horizon_ms) || (one.created_ms() > horizon_ms && !one.parent);
    if (type == "AT_TIMESTAMP") return open_at(at_ms);
    if (type == "FROM_TIMESTAMP") return one.open() || *one.closed_ms() >= at_ms;
    return true;  // FROM_TRIM_HORIZON and none
  }
};

/// A page of ListShards goes on from here. Written as text: stream, last shard shown, filter, when
/// it was given out.
struct page_token {
  std::string stream;
  std::string last_id;
  shard_filter filter;
  std::int64_t issued_ms = 0;

  std::string text() const {
    json::array parts{stream, last_id, filter.type, filter.after_id, filter.at_ms, issued_ms};
    return to_base64(json::serialize(parts));
  }
  static std::optional<page_token> parse(std::string_view text) {
    const auto plain = from_base64(text);
    boost::system::error_code error;
    const auto parts = plain ? json::parse(*plain, error) : json::value{};
    if (error || !parts.is_array() || parts.get_array().size() != 6) return std::nullopt;
    const auto& a = parts.get_array();
    for (std::size_t i = 0; i < 6; ++i)
      if (i < 4 ? !a[i].is_string() : !a[i].is_int64()) return std::nullopt;
    return page_token{.stream = std::string(a[0].get_string()),
                      .last_id = std::string(a[1].get_string()),
                      .filter = {std::string(a[2].get_string()),
                                 std::string(a[3].get_string()),
                                 a[4].get_int64()},
                      .issued_ms = a[5].get_int64()};
  }
};

boost::system::result<shard_filter, api_error> read_filter(const json::object& from) {
  input_reader in(from);
  const auto type = in.text("Type",
                            {.required = true,
                             .one_of = {"AFTER_SHARD_ID",
                                        "AT_TRIM_HORIZON",
                                        "FROM_TRIM_HORIZON",
                                        "AT_LATEST",
                                        "AT_TIMESTAMP",
                                        "FROM_TIMESTAMP"}});
  const auto id = in.text(
      "ShardId", {.length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto at = in.seconds("Timestamp");
  if (auto problem = in.problem()) return *problem;
  if (*type == "AFTER_SHARD_ID" && !id)
    return invalid_argument("ShardId must be given with AFTER_SHARD_ID.");
  if (type->ends_with("_TIMESTAMP") && !at)
    return invalid_argument("Timestamp must be given with " + std::string(*type) + ".");
  return shard_filter{
      std::string(*type), std::string(id.value_or("")), std::llround(at.value_or(0) * 1000)};
}

}  // namespace

json::object kinesis_service::describe(const shard& one) {
  json::object out;
  out["ShardId"] = one.id();
  if (one.parent) out["ParentShardId"] = shard_id(*one.parent);
  if (one.adjacent_parent) out["AdjacentParentShardId"] = shard_id(*one.adjacent_parent);
  out["HashKeyRange"] = {{"StartingHashKey", to_string(one.first_key)},
                         {"EndingHashKey", to_string(one.last_key)}};
  json::object& range = out["SequenceNumberRange"].emplace_object();
  range["StartingSequenceNumber"] = one.starting_sequence_number();
  if (!one.open()) range["EndingSequenceNumber"] = one.ending_sequence_number();
  return out;
}

reply kinesis_service::list_shards(const operation_call& call) {
  input_reader in(call.input);
  const auto limit = in.number("MaxResults", {.min = 1, .max = 10000});
  const auto token = in.text("NextToken", {.length_min = 1, .length_max = 1048576});
  const auto after =
      in.text("ExclusiveStartShardId",
              {.length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto* const filter = in.object("ShardFilter");
  const bool named = call.input.contains("StreamName") || call.input.contains("StreamARN");
  if (auto problem = in.problem()) return *problem;
  page_token page;
  if (token) {
    if (named || after || filter != nullptr)
      return invalid_argument("NextToken and StreamName cannot be provided together.");
    const auto from = page_token::parse(*token);
    if (!from) return invalid_argument("NextToken is invalid.");
    if (from->issued_ms + token_life_ms < unix_ms(call.now))
      return api_error{.code = "ExpiredNextTokenException",
                       .message = "NextToken is older than 300 seconds."};
    page = *from;
  } else if (filter != nullptr) {
    auto wanted = read_filter(*filter);
    if (wanted.has_error()) return wanted.error();
    page.filter = *wanted;
  }
  if (after) page.last_id = *after;
  const auto found = token ? find_stream(page.stream, std::nullopt) : named_stream(in);
  if (found.has_error()) return found.error();
  const kinesis_stream& stream = **found;
  const std::int64_t horizon_ms =
      std::max(stream.created_ms, unix_ms(call.now) - stream.retention_hours * 3'600'000);

  json::array shards;
  json::object out;
  for (const auto& one : stream.shards) {
    if (one->id() <= page.last_id || !page.filter.wants(*one, horizon_ms)) continue;
    if (static_cast<std::int64_t>(shards.size()) >= limit.value_or(1000)) {
      page.stream = stream.name;
      page.issued_ms = unix_ms(call.now);
      out["NextToken"] = page.text();
      break;
    }
    shards.push_back(describe(*one));
    // The place to go on from is the last one shown, and is only told if there is more.
    page.last_id = one->id();
  }
  out["Shards"] = std::move(shards);
  return out;
}

}  // namespace tidewire::local
