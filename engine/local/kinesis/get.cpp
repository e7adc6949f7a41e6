#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "local/call/input_reader.hpp"
#include "local/call/member_types.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/service.hpp"
#include "local/kinesis/shard_iterator.hpp"
#include "local/wire/cbor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace tidewire::local {
namespace {

constexpr std::int64_t records_max = 10'000;
constexpr std::size_t answer_bytes_max = 10UL * 1024 * 1024;

/// `Sun Nov 22 06:52:56 UTC 2026`
std::string java_time(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S UTC %Y", &parts);
  return text.data();
}

api_error expired(std::int64_t issued_ms, std::int64_t now_ms) {
  return {.code = "ExpiredIteratorException",
          .message =
              "Iterator expired. The iterator was created at time " + java_time(issued_ms) +
              " while right now it is " + java_time(now_ms) +
              " which is further in the future than the tolerated delay of 300000 milliseconds."};
}

api_error rate_exceeded(const shard& home,
                        const kinesis_stream& stream,
                        const std::string& account) {
  return {.code = "ProvisionedThroughputExceededException",
          .message = "Rate exceeded for shard " + home.id() + " in stream " + stream.name +
                     " under account " + account + "."};
}

/// The part of a shard that one call hands out.
struct read_range {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::size_t bytes = 0;
};

read_range range_of(const record_log& log, std::uint64_t from, std::int64_t limit) {
  read_range out;
  out.first = out.end = std::clamp(from, log.first_index(), log.end_index());
  while (out.end < log.end_index() && out.end - out.first < static_cast<std::uint64_t>(limit)) {
    const record_view record = log.at(out.end);
    const std::size_t size = record.data.size() + record.partition_key.size();
    if (out.end > out.first && out.bytes + size > answer_bytes_max) break;
    out.bytes += size;
    ++out.end;
  }
  return out;
}

/// What goes around the records.
struct read_frame {
  std::string next_iterator;  // empty: the shard is closed and read to its end
  std::int64_t behind_ms = 0;
  std::vector<const shard*> children;
};

void append_json_seconds(byte_buffer& out, std::int64_t ms) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 "%lld.%03d",
                                 static_cast<long long>(ms / 1000),
                                 static_cast<int>(ms % 1000));
  out.append({text.data(), static_cast<std::size_t>(size)});
}

void append_json_children(byte_buffer& out, const read_frame& frame) {
  out.append(R"(,"ChildShards":[)");
  for (std::size_t i = 0; i < frame.children.size(); ++i) {
    const shard& child = *frame.children[i];
    out.append(i == 0 ? R"({"ShardId":")" : R"(,{"ShardId":")");
    out.append(child.id());
    out.append(R"(","ParentShards":[")");
    out.append(shard_id(*child.parent));
    if (child.adjacent_parent) {
      out.append(R"(",")");
      out.append(shard_id(*child.adjacent_parent));
    }
    out.append(R"("],"HashKeyRange":{"StartingHashKey":")");
    out.append(to_string(child.first_key));
    out.append(R"(","EndingHashKey":")");
    out.append(to_string(child.last_key));
    out.append(R"("}})");
  }
  out.push_back(']');
}

std::string as_json(const shard& home, const read_range& range, const read_frame& frame) {
  byte_buffer out(range.bytes / 3 * 4 + (range.end - range.first) * 192 + 1024);
  std::string sequence;
  out.append(R"({"Records":[)");
  for (std::uint64_t i = range.first; i < range.end; ++i) {
    const record_view record = home.records.at(i);
    sequence.clear();
    home.append_sequence_number(sequence, i);
    out.append(i == range.first ? R"({"SequenceNumber":")" : R"(,{"SequenceNumber":")");
    out.append(sequence);
    out.append(R"(","ApproximateArrivalTimestamp":)");
    append_json_seconds(out, record.arrival_ms);
    out.append(R"(,"Data":")");
    append_base64(out, record.data);
    out.append(R"(","PartitionKey":)");
    append_json_string(out, record.partition_key);
    out.push_back('}');
  }
  out.push_back(']');
  if (!frame.next_iterator.empty()) {
    out.append(R"(,"NextShardIterator":")");
    out.append(frame.next_iterator);
    out.push_back('"');
  }
  out.append(R"(,"MillisBehindLatest":)");
  append_number(out, frame.behind_ms);
  if (!frame.children.empty()) append_json_children(out, frame);
  out.push_back('}');
  return std::string(out.view());
}

void append_cbor_children(std::string& out, const read_frame& frame) {
  cbor::append_text(out, "ChildShards");
  cbor::append_head(out, cbor::major_array, frame.children.size());
  for (const shard* const child : frame.children) {
    cbor::append_head(out, cbor::major_map, 3);
    cbor::append_text(out, "ShardId");
    cbor::append_text(out, child->id());
    cbor::append_text(out, "ParentShards");
    cbor::append_head(out, cbor::major_array, child->adjacent_parent ? 2 : 1);
    cbor::append_text(out, shard_id(*child->parent));
    if (child->adjacent_parent) cbor::append_text(out, shard_id(*child->adjacent_parent));
    cbor::append_text(out, "HashKeyRange");
    cbor::append_head(out, cbor::major_map, 2);
    cbor::append_text(out, "StartingHashKey");
    cbor::append_text(out, to_string(child->first_key));
    cbor::append_text(out, "EndingHashKey");
    cbor::append_text(out, to_string(child->last_key));
  }
}

std::string as_cbor(const shard& home, const read_range& range, const read_frame& frame) {
  std::string out;
  out.reserve(range.bytes + (range.end - range.first) * 160 + 1024);
  cbor::append_head(
      out,
      cbor::major_map,
      2U + (frame.next_iterator.empty() ? 0U : 1U) + (frame.children.empty() ? 0U : 1U));
  cbor::append_text(out, "Records");
  cbor::append_head(out, cbor::major_array, range.end - range.first);
  for (std::uint64_t i = range.first; i < range.end; ++i) {
    const record_view record = home.records.at(i);
    cbor::append_head(out, cbor::major_map, 4);
    cbor::append_text(out, "SequenceNumber");
    cbor::append_head(out, 3, shard::sequence_digits);
    home.append_sequence_number(out, i);
    cbor::append_text(out, "ApproximateArrivalTimestamp");
    cbor::append_timestamp(out, record.arrival_ms);
    cbor::append_text(out, "Data");
    cbor::append_bytes(out, record.data);
    cbor::append_text(out, "PartitionKey");
    cbor::append_text(out, record.partition_key);
  }
  if (!frame.next_iterator.empty()) {
    cbor::append_text(out, "NextShardIterator");
    cbor::append_text(out, frame.next_iterator);
  }
  cbor::append_text(out, "MillisBehindLatest");
  cbor::append_head(out, 0, static_cast<std::uint64_t>(frame.behind_ms));
  if (!frame.children.empty()) append_cbor_children(out, frame);
  return out;
}

}  // namespace

reply kinesis_service::get_shard_iterator(const operation_call& call) {
  input_reader in(call.input);
  const auto id = in.text(
      "ShardId",
      {.required = true, .length_min = 1, .length_max = 128, .shape = input_reader::pattern::name});
  const auto type = in.text("ShardIteratorType",
                            {.required = true,
                             .one_of = {"AFTER_SEQUENCE_NUMBER",
                                        "LATEST",
                                        "AT_TIMESTAMP",
                                        "AT_SEQUENCE_NUMBER",
                                        "TRIM_HORIZON"}});
  const auto sequence =
      in.text("StartingSequenceNumber", {.shape = input_reader::pattern::decimal});
  const auto moment = in.seconds("Timestamp");
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const auto home = named_shard(**found, *id);
  if (home.has_error()) return home.error();
  kinesis_stream& stream = **found;
  shard& one = **home;
  if (call.quotas && !one.quota.iterators.try_take(1, call.now))
    return rate_exceeded(one, stream, how_.who.account);

  const std::int64_t now_ms = unix_ms(call.now);
  std::uint64_t index = 0;
  if (type->ends_with("SEQUENCE_NUMBER")) {
    if (!sequence)
      return invalid_argument(
          "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
          "StartingSequenceNumber or "
          "(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber.");
    const auto place = one.index_of(*sequence, type->starts_with("AFTER"));
    if (!place)
      return invalid_argument("StartingSequenceNumber " + std::string(*sequence) +
                              " used in GetShardIterator on shard " + one.id() + " in stream " +
                              stream.name + " under account " + how_.who.account + " is invalid.");
    index = *place;
  } else if (*type == "AT_TIMESTAMP") {
    if (!moment)
      return invalid_argument(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current "
          "request has no timestamp parameter.");
    const std::int64_t at_ms = std::llround(*moment * 1000);
    if (at_ms > now_ms)
      return invalid_argument(
          "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
          "timestampInMillis: " +
          std::to_string(at_ms) + ", currentTimestampInMillis: " + std::to_string(now_ms));
    index = one.records.first_arrived_at(at_ms);
  } else {
    index = *type == "LATEST" ? one.records.end_index() : one.records.first_index();
  }
  return boost::json::object{{"ShardIterator",
                              write_iterator({.stream = stream.name,
                                              .stream_created_ms = stream.created_ms,
                                              .shard = one.number(),
                                              .index = index,
                                              .issued_ms = now_ms})}};
}

kinesis_service::body_reply kinesis_service::get_records(const body_call& call) {
  const auto input = parse_input(call.format, call.body);
  if (input.has_error()) return input.error();
  if (auto problem = wrong_type(*input, members())) return *problem;
  input_reader in(*input);
  const auto text =
      in.text("ShardIterator", {.required = true, .length_min = 1, .length_max = 512});
  const auto limit = in.number("Limit", {.min = 1, .max = records_max});
  if (auto problem = in.problem()) return *problem;
  const std::int64_t now_ms = unix_ms(call.now);
  auto position = read_iterator(*text);
  if (!position) return invalid_argument("Invalid ShardIterator.");
  if (now_ms - position->issued_ms > std::chrono::milliseconds(shard_iterator_life).count())
    return expired(position->issued_ms, now_ms);
  const auto found = streams_.find(position->stream);
  if (found == streams_.end() || found->second->created_ms != position->stream_created_ms)
    return no_such_stream(position->stream);
  kinesis_stream& stream = *found->second;
  shard* const home = stream.find_shard(position->shard);
  if (home == nullptr) return named_shard(stream, shard_id(position->shard)).error();
  stream.expire(now_ms);

  const read_range range = range_of(home->records, position->index, limit.value_or(records_max));
  if (call.quotas) {
    shard_quota& quota = home->quota;
    if (call.now < quota.no_reads_before || !quota.reads.has(1, call.now) ||
        !quota.read_bytes.has(1, call.now))
      return rate_exceeded(*home, stream, how_.who.account);
    quota.reads.take(1);
    constexpr std::size_t second_bytes = 2UL * 1024 * 1024;
    if (range.bytes > second_bytes)
      quota.no_reads_before =
          call.now + std::chrono::milliseconds(range.bytes * 1000 / second_bytes);
    else
      quota.read_bytes.take(static_cast<double>(range.bytes));
  }
  read_frame frame;
  const bool at_end = range.end == home->records.end_index();
  if (!at_end)
    frame.behind_ms = std::max<std::int64_t>(0, now_ms - home->records.at(range.end).arrival_ms);
  if (at_end && !home->open()) {
    for (const std::uint32_t number : home->children)
      if (const shard* const child = stream.find_shard(number)) frame.children.push_back(child);
  } else {
    position->index = range.end;
    position->issued_ms = now_ms;
    frame.next_iterator = write_iterator(*position);
  }
  return body_answer{call.format == body_format::cbor ? as_cbor(*home, range, frame)
                                                      : as_json(*home, range, frame)};
}

}  // namespace tidewire::local
