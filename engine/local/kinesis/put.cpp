#include "base/base64.hpp"
#include "base/clock.hpp"
#include "local/call/fault_source.hpp"
#include "local/call/input_reader.hpp"
#include "local/kinesis/errors.hpp"
#include "local/kinesis/put_answer.hpp"
#include "local/kinesis/service.hpp"
#include "local/store/journal.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tidewire::local {
namespace {

constexpr std::size_t request_bytes_max = 10UL * 1024 * 1024;
/// A body is kept with its records if it is as large at least, since each makes a segment of its
/// own, and where as many of its size have room under the bound of memory.
constexpr std::size_t kept_body_bytes_min = 16UL * 1024;
constexpr std::size_t kept_bodies_min = 8;
constexpr std::size_t key_characters_max = 256;
constexpr std::string_view throughput_code = "ProvisionedThroughputExceededException";
constexpr std::string_view internal_code = "InternalFailure";

std::string length_violation(std::string_view value,
                             const std::string& member,
                             std::string_view relation,
                             std::size_t bound) {
  return violation(value,
                   member,
                   "Member must have length " + std::string(relation) + " than or equal to " +
                       std::to_string(bound));
}

/// What is wrong with one entry, worded by `member` such as `records.3.member.`; nothing appended
/// if it is fine.
void check_entry(const put_entry& entry,
                 const std::string& member,
                 std::size_t record_bytes_max,
                 std::vector<std::string>& problems) {
  if (!entry.has_partition_key) problems.push_back(null_violation(member + "partitionKey"));
  if (!entry.has_data) problems.push_back(null_violation(member + "data"));
  if (entry.has_partition_key && entry.partition_key.empty())
    problems.push_back(length_violation("", member + "partitionKey", "greater", 1));
  // Only a key with more bytes than that can have more characters.
  if (entry.partition_key.size() > key_characters_max &&
      character_count(entry.partition_key) > key_characters_max)
    problems.push_back(
        length_violation(entry.partition_key, member + "partitionKey", "less", key_characters_max));
  if (entry.has_explicit_hash_key && !fits(text_pattern::decimal, entry.explicit_hash_key))
    problems.push_back(
        violation(entry.explicit_hash_key,
                  member + "explicitHashKey",
                  "Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})"));
  if (entry.data.size() + entry.partition_key.size() > record_bytes_max)
    problems.push_back(
        "Value at '" + member +
        "data' failed to satisfy constraint: Member must have length less than or equal to " +
        std::to_string(record_bytes_max));
}

std::optional<api_error> as_error(const std::vector<std::string>& problems) {
  if (problems.empty()) return std::nullopt;
  std::string message =
      std::to_string(problems.size()) +
      (problems.size() == 1 ? " validation error detected: " : " validation errors detected: ");
  for (std::size_t i = 0; i < problems.size(); ++i)
    message.append(i == 0 ? "" : "; ").append(problems[i]);
  return validation_error(std::move(message));
}

std::optional<api_error> check_hash(const put_entry& entry) {
  if (!entry.has_explicit_hash_key || parse_hash_key(entry.explicit_hash_key)) return std::nullopt;
  return invalid_argument(
      "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified "
      "value was " +
      std::string(entry.explicit_hash_key));
}

shard& home_of(kinesis_stream& stream, const put_entry& entry) {
  if (stream.has_one_open_shard()) return stream.only_open_shard();
  return stream.route(entry.has_explicit_hash_key ? *parse_hash_key(entry.explicit_hash_key)
                                                  : hash_of(entry.partition_key));
}

}  // namespace

std::optional<api_error> kinesis_service::check_entries(const kinesis_stream& stream,
                                                        const put_request& request) const {
  const auto record_bytes_max = static_cast<std::size_t>(stream.record_kib_max) * 1024;
  std::vector<std::string> problems;
  std::size_t total = 0;
  bool all_plain = true;
  for (std::size_t i = 0; i < request.entries.size(); ++i) {
    const put_entry& entry = request.entries[i];
    const std::size_t size = entry.data.size() + entry.partition_key.size();
    total += size;
    const bool plain = entry.has_data && entry.has_partition_key && !entry.has_explicit_hash_key &&
                       !entry.partition_key.empty() &&
                       entry.partition_key.size() <= key_characters_max && size <= record_bytes_max;
    if (plain) continue;
    all_plain = false;
    check_entry(entry, "records." + std::to_string(i + 1) + ".member.", record_bytes_max, problems);
  }
  if (auto error = as_error(problems)) return error;
  if (total > request_bytes_max) return invalid_argument("Records size exceeds 10 MB limit");
  if (all_plain) return std::nullopt;
  for (const auto& entry : request.entries)
    if (auto error = check_hash(entry)) return error;
  return std::nullopt;
}

std::string_view kinesis_service::refusal(shard& home, std::size_t bytes, const body_call& call) {
  if (call.faults != nullptr && call.faults->entry_fails())
    return ++failed_entries_ % 4 == 0 ? internal_code : throughput_code;
  if (call.faults != nullptr && call.faults->shard_refuses(home.number())) return throughput_code;
  if (!call.quotas) return {};
  // A record of more than a second's worth goes when the shard has rested, and is paid for
  // afterwards.
  shard_quota& quota = home.quota;
  constexpr double second_bytes = 1048576;
  if (!quota.records.has(1, call.now) ||
      !quota.bytes.has(std::min(static_cast<double>(bytes), second_bytes), call.now))
    return throughput_code;
  quota.records.take(1);
  quota.bytes.take(static_cast<double>(bytes));
  return {};
}

std::uint64_t kinesis_service::store(kinesis_stream& stream,
                                     shard& home,
                                     const put_entry& entry,
                                     std::int64_t now_ms) {
  const std::uint64_t index = home.records.append(entry.partition_key, entry.data, now_ms);
  stored_bytes_ += entry.partition_key.size() + entry.data.size();
  if (how_.bytes_max != 0 && stored_bytes_ > how_.bytes_max) make_room(home.records);
  if (journal_ != nullptr) write_record(stream, home, home.records.at(index));
  return index;
}

std::optional<std::uint64_t> kinesis_service::store_whole(kinesis_stream& stream,
                                                          const put_request& request,
                                                          std::string* owner,
                                                          std::int64_t now_ms) {
  // The body of several shards would stay for as long as any of them has a record of it.
  if (owner == nullptr || !stream.has_one_open_shard() || !request.decoded.empty())
    return std::nullopt;
  if (owner->size() < kept_body_bytes_min) return std::nullopt;
  if (how_.bytes_max != 0 && owner->capacity() > how_.bytes_max / kept_bodies_min)
    return std::nullopt;
  std::vector<record_place> places;
  places.reserve(request.entries.size());
  std::size_t bytes = 0;
  const auto offset_of = [begin = owner->data()](std::string_view part) {
    return part.empty() ? 0U : static_cast<std::uint32_t>(part.data() - begin);
  };
  for (const put_entry& entry : request.entries) {
    bytes += entry.partition_key.size() + entry.data.size();
    places.push_back({.key_at = offset_of(entry.partition_key),
                      .key_size = static_cast<std::uint32_t>(entry.partition_key.size()),
                      .data_at = offset_of(entry.data),
                      .data_size = static_cast<std::uint32_t>(entry.data.size())});
  }
  if (bytes < owner->capacity() / 4 * 3) return std::nullopt;
  shard& home = stream.only_open_shard();
  const std::uint64_t first = home.records.adopt(std::move(*owner), std::move(places), now_ms);
  stored_bytes_ += bytes;
  if (how_.bytes_max != 0 && stored_bytes_ > how_.bytes_max) make_room(home.records);
  if (journal_ != nullptr)
    for (std::uint64_t i = first; i < home.records.end_index(); ++i)
      write_record(stream, home, home.records.at(i));
  return first;
}

record_log* kinesis_service::log_with_the_oldest(const record_log& but_the_last_of) {
  record_log* found = nullptr;
  std::int64_t since_ms = std::numeric_limits<std::int64_t>::max();
  for (const auto& [name, stream] : streams_)
    for (const auto& one : stream->shards) {
      record_log& log = one->records;
      if (log.segment_count() < (&log == &but_the_last_of ? 2 : 1)) continue;
      const std::int64_t arrival_ms = log.oldest_arrival_ms();
      if (found != nullptr && arrival_ms >= since_ms) continue;
      found = &log;
      since_ms = arrival_ms;
    }
  return found;
}

void kinesis_service::make_room(const record_log& written) {
  while (stored_bytes_ > how_.bytes_max) {
    record_log* const oldest = log_with_the_oldest(written);
    if (oldest == nullptr) return;
    stored_bytes_ -= std::min(stored_bytes_, oldest->drop_oldest_segment());
    if (!warned_ && how_.warn)
      how_.warn(
          "more records than --memory allows: the oldest are dropped before their retention has "
          "passed");
    warned_ = true;
  }
}

kinesis_service::body_reply kinesis_service::put_records(const body_call& call) {
  const auto parsed = parse_put_records(call.format, call.body);
  if (parsed.has_error()) return parsed.error();
  const put_request& request = *parsed;
  if (!request.has_records)
    return validation_error("1 validation error detected: " + null_violation("records"));
  if (request.entries.empty() || request.entries.size() > put_entries_max)
    return validation_error(
        "1 validation error detected: " +
        length_violation("[" + std::to_string(request.entries.size()) + " records]",
                         "records",
                         request.entries.empty() ? "greater" : "less",
                         request.entries.empty() ? 1 : put_entries_max));
  const auto found = find_stream(
      request.has_stream_name ? std::optional<std::string_view>(request.stream_name) : std::nullopt,
      request.stream_arn.empty() ? std::nullopt
                                 : std::optional<std::string_view>(request.stream_arn));
  if (found.has_error()) return found.error();
  kinesis_stream& stream = **found;
  if (auto error = check_entries(stream, request)) return *error;

  const std::int64_t now_ms = unix_ms(call.now);
  const bool may_refuse = call.quotas || (call.faults != nullptr && call.faults->fails_entries());
  put_answer answer(call.format, request.entries.size());
  if (const auto first =
          may_refuse ? std::nullopt : store_whole(stream, request, call.owner, now_ms)) {
    const shard& home = stream.only_open_shard();
    for (std::size_t i = 0; i < request.entries.size(); ++i) answer.stored(home, *first + i);
    return body_answer{answer.end()};
  }
  for (const put_entry& entry : request.entries) {
    shard& home = home_of(stream, entry);
    const auto code = may_refuse
                          ? refusal(home, entry.data.size() + entry.partition_key.size(), call)
                          : std::string_view{};
    if (code.empty())
      answer.stored(home, store(stream, home, entry, now_ms));
    else
      answer.refused(code,
                     code == internal_code ? "Internal Service Failure"
                                           : rate_exceeded(home, stream, how_.who.account).message);
  }
  return body_answer{answer.end()};
}

reply kinesis_service::put_record(const operation_call& call) {
  input_reader in(call.input);
  put_entry entry;
  const auto key = in.text("PartitionKey", {});
  const auto data = in.text("Data", {});
  const auto hash = in.text("ExplicitHashKey", {});
  in.text("SequenceNumberForOrdering", {.shape = input_reader::pattern::decimal});
  const auto found = named_stream(in);
  if (found.has_error()) return found.error();
  const auto bytes = from_base64(data.value_or(""));
  if (!bytes) return api_error{.code = "SerializationException", .message = "Data is not base64."};
  entry.has_data = data.has_value();
  entry.has_partition_key = key.has_value();
  entry.has_explicit_hash_key = hash.has_value();
  entry.data = *bytes;
  entry.partition_key = key.value_or("");
  entry.explicit_hash_key = hash.value_or("");
  kinesis_stream& stream = **found;
  std::vector<std::string> problems;
  check_entry(entry, "", static_cast<std::size_t>(stream.record_kib_max) * 1024, problems);
  if (auto error = as_error(problems)) return *error;
  if (auto error = check_hash(entry)) return *error;
  shard& home = home_of(stream, entry);
  const body_call shape{
      .operation = call.operation, .now = call.now, .faults = nullptr, .quotas = call.quotas};
  if (!refusal(home, entry.data.size() + entry.partition_key.size(), shape).empty())
    return rate_exceeded(home, stream, how_.who.account);
  const std::uint64_t index = store(stream, home, entry, unix_ms(call.now));
  return boost::json::object{{"ShardId", home.id()},
                             {"SequenceNumber", home.sequence_number(index)},
                             {"EncryptionType", "NONE"}};
}

}  // namespace tidewire::local
