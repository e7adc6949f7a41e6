#include "local/kinesis/records_answer.hpp"

#include "base/base64.hpp"
#include "base/byte_buffer.hpp"
#include "base/json_text.hpp"
#include "local/wire/cbor.hpp"

#include <array>
#include <cstdio>

namespace tidewire::local {
namespace {

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

}  // namespace

std::string records_as_json(const shard& home, const read_range& range, const read_frame& frame) {
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

std::string records_as_cbor(const shard& home, const read_range& range, const read_frame& frame) {
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

}  // namespace tidewire::local
