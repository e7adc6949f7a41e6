#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Amazon's aggregation of several user records in one Kinesis record, as the Kinesis Producer
/// Library writes it:
///
///   F3 89 9A C2 | AggregatedRecord, protobuf | MD5 of the protobuf, 16 bytes
///
///   AggregatedRecord: 1: repeated string partition_key_table
///                     2: repeated string explicit_hash_key_table
///                     3: repeated Record
///   Record:           1: required uint64 partition_key_index
///                     2: optional uint64 explicit_hash_key_index
///                     3: required bytes data
///                     4: repeated Tag
///   Tag:              1: required string key
///                     2: optional string value
///
/// Source: amazon-kinesis-producer, aggregation-format.md.
namespace tidewire::relay {

/// What a producer put. The views point into the Kinesis record (its key and its data) and live as
/// long as those.
struct user_record {
  std::string_view partition_key;
  std::optional<std::string_view> explicit_hash_key;
  std::string_view data;
  std::uint64_t sub_sequence_number = 0;  // the place within the Kinesis record, from 0
  bool aggregated = false;
};

/// Whether the data begin as an aggregated record does; they may still turn out to be damaged.
bool looks_aggregated(std::string_view data) noexcept;

/// The user records inside a Kinesis record, in their order. A record that is not aggregated, or
/// whose aggregation is damaged anywhere (wrong digest, malformed protobuf, a missing required
/// field, an index outside its table), is one plain user record with its bytes untouched: nothing
/// of it is dropped. Amazon's consumer library instead drops the rest of an aggregate from the
/// first index outside its table on.
std::vector<user_record> deaggregate(std::string_view partition_key, std::string_view data);

/// Writes one aggregated record; only `partition_key`, `explicit_hash_key` and `data` of each are
/// read.
std::string aggregate(std::span<const user_record> records);

}  // namespace tidewire::relay
