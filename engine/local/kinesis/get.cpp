#include "base/clock.hpp"
#include "local/call/input_reader.hpp"
#include "local/call/member_types.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/records_answer.hpp"
#include "local/kinesis/service.hpp"
#include "local/kinesis/shard_iterator.hpp"

#include <algorithm>
#include <array>
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

}  // namespace

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
  return body_answer{call.format == body_format::cbor ? records_as_cbor(*home, range, frame)
                                                      : records_as_json(*home, range, frame)};
}

}  // namespace tidewire::local
