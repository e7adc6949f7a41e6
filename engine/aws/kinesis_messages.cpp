#include "aws/kinesis_messages.hpp"

#include "aws/cbor.hpp"
#include "aws/error_answer.hpp"

#include <utility>

namespace tidewire::aws {

namespace {

/// A child in GetRecords' answer names its parents in a list.
shard read_child(const document::value& v) {
  shard s = read_shard(v);
  const auto parent = v["ParentShards"].first();
  s.parent_id = parent.text();
  s.adjacent_parent_id = parent.next().text();
  return s;
}

/// Why a record of PutRecords is not where it should be; nothing: it is.
std::optional<failure> failure_of(const document::value& entry, const put_record& put) {
  if (const std::string_view code = entry["ErrorCode"].text(); !code.empty())
    return entry_failure(code, entry["ErrorMessage"].text());
  const std::string_view shard = entry["ShardId"].text();
  if (put.expected_shard.empty() || shard == put.expected_shard) return std::nullopt;
  return failure{.code = std::string(wrong_shard),
                 .message = "the stream was resharded; the record went to " + std::string(shard),
                 .what = remedy::retry};
}

/// The same members as in JSON. What stands before each payload is put together here, as five
/// questions for room in the body cost more than their bytes.
void write_put_record_in_cbor(body_writer& out, const put_record& r) {
  using cbor::major;
  constexpr std::size_t names_bytes_max = 32;
  char lead[names_bytes_max + 2 * cbor::head_bytes_max];
  const auto append = [&](const char* end, std::string_view payload) {
    out.cbor({lead, static_cast<std::size_t>(end - lead)});
    out.cbor(payload);
  };
  const bool hashed = !r.explicit_hash_key.empty();
  char* end = cbor::put_text(cbor::put_head(lead, major::map, hashed ? 3 : 2), "Data");
  append(cbor::put_head(end, major::bytes, r.data.size()), r.data);
  if (hashed) {
    end = cbor::put_text(lead, "ExplicitHashKey");
    append(cbor::put_head(end, major::text, r.explicit_hash_key.size()), r.explicit_hash_key);
  }
  end = cbor::put_text(lead, "PartitionKey");
  append(cbor::put_head(end, major::text, r.partition_key.size()), r.partition_key);
}

}  // namespace

void write_stream(body_writer& out, std::string_view stream) {
  out.text(stream.starts_with("arn:") ? "StreamARN" : "StreamName", stream);
}

void write_put_record(body_writer& out, const put_record& r) {
  if (!out.is_json()) return write_put_record_in_cbor(out, r);
  const bool hashed = !r.explicit_hash_key.empty();
  out.begin_map(hashed ? 3 : 2);
  out.key("Data");
  out.blob(r.data);
  if (hashed) out.text("ExplicitHashKey", r.explicit_hash_key);
  out.text("PartitionKey", r.partition_key);
  out.end_map();
}

void write_put_records(body_writer& out,
                       std::string_view stream,
                       std::span<const put_record> records) {
  out.begin_map(2);
  write_stream(out, stream);
  out.key("Records");
  out.begin_array(records.size());
  for (const put_record& r : records) write_put_record(out, r);
  out.end_array();
  out.end_map();
}

std::size_t put_records_size(std::span<const put_record> records, body_format format) noexcept {
  constexpr std::size_t frame = 512;  // what stands around the records, the stream's ARN included
  constexpr std::size_t names_and_heads = 64;
  std::size_t size = frame;
  for (const auto& r : records)
    size += blob_size(format, r.data.size()) + r.partition_key.size() + r.explicit_hash_key.size() +
            names_and_heads;
  return size;
}

std::optional<std::vector<put_failure>> read_put_failures(const document::value& answer,
                                                          std::span<const put_record> records) {
  if (answer["Records"].size() != records.size()) return std::nullopt;
  // FailedRecordCount is not asked: what is durable must not hang on a sum that somebody else drew.
  std::vector<put_failure> failures;
  auto entry = answer["Records"].first();
  for (std::size_t place = 0; place < records.size(); ++place, entry = entry.next())
    if (auto why = failure_of(entry, records[place]))
      failures.push_back({.place = place, .why = *std::move(why)});
  return failures;
}

shard read_shard(const document::value& v) {
  shard s;
  s.id = v["ShardId"].text();
  s.parent_id = v["ParentShardId"].text();
  s.adjacent_parent_id = v["AdjacentParentShardId"].text();
  s.starting_hash_key = v["HashKeyRange"]["StartingHashKey"].text();
  s.ending_hash_key = v["HashKeyRange"]["EndingHashKey"].text();
  s.starting_sequence_number = v["SequenceNumberRange"]["StartingSequenceNumber"].text();
  s.ending_sequence_number = v["SequenceNumberRange"]["EndingSequenceNumber"].text();
  return s;
}

std::optional<records_page> read_records_page(const document::value& answer) {
  if (answer["Records"].what() != document::kind::array) return std::nullopt;
  records_page page;
  page.records.reserve(answer["Records"].size());
  for (auto v = answer["Records"].first(); v.present(); v = v.next()) {
    stream_record& r = page.records.emplace_back();
    r.sequence_number = v["SequenceNumber"].text();
    r.partition_key = v["PartitionKey"].text();
    r.data = v["Data"].blob();
    r.arrival_ms = v["ApproximateArrivalTimestamp"].time_ms();
  }
  page.next_iterator = answer["NextShardIterator"].text();
  page.behind_latest_ms = answer["MillisBehindLatest"].integer();
  for (auto v = answer["ChildShards"].first(); v.present(); v = v.next())
    page.children.push_back(read_child(v));
  return page;
}

}  // namespace tidewire::aws
