#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
namespace tidewire::aws {

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

/// Writes aggregated records, one after another into the same memory. The tables stand between the
/// records that need them, which protobuf allows: so nothing is written twice.
class kpl_writer {
 public:
  /// By how much a record makes the aggregate longer, at most.
  static std::size_t added_bytes_max(const user_record& record) noexcept;
  /// What an aggregate has besides its records.
  static constexpr std::size_t frame_bytes = 4 + 16;

  /// Begins a new aggregate.
  void clear() noexcept;
  /// Only the keys and the data are read. A partition key that follows itself is written once.
  void add(const user_record& record);
  std::size_t count() const noexcept { return count_; }
  /// What is kept for the next aggregate.
  std::size_t memory_bytes() const noexcept { return bytes_.capacity(); }
  /// Ends the aggregate, which has at least one record. Valid until clear(); empty where the
  /// system's OpenSSL refuses MD5.
  std::string_view finish();

 private:
  std::string bytes_;
  std::string head_;  // of one record
  std::string last_key_;
  std::size_t count_ = 0;
  std::uint64_t key_count_ = 0;
  std::uint64_t hash_key_count_ = 0;
};

}  // namespace tidewire::aws
