#pragma once

#include "aws/body_writer.hpp"
#include "aws/document.hpp"
#include "aws/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What PutRecords and GetRecords carry, to and from the bytes of a body: the two operations of
/// Kinesis whose work grows with the events. Pure.
namespace tidewire::aws {

/// One record to put. The views must live until the call has ended.
struct put_record {
  std::string_view partition_key;      // 1 to 256 characters
  std::string_view explicit_hash_key;  // decimal; empty: none
  std::string_view data;
  /// Where it must arrive; empty: anywhere. One that is put elsewhere is answered as a failure of
  /// code `wrong_shard`, although it is durable there.
  std::string_view expected_shard;
};

/// The failure of a record that a reshard took to another shard than it was meant for. Ours, not
/// the service's.
constexpr std::string_view wrong_shard = "WrongShard";

/// A record of a request that the stream did not take, and why.
struct put_failure {
  std::size_t place = 0;  // among the records of the request
  failure why;
};

struct shard {
  std::string id;
  std::string parent_id;           // empty: none
  std::string adjacent_parent_id;  // of a merge
  std::string starting_hash_key;
  std::string ending_hash_key;
  std::string starting_sequence_number;
  std::string ending_sequence_number;  // empty: the shard is open
};

struct stream_record {
  std::string sequence_number;
  std::string partition_key;
  std::string data;
  std::int64_t arrival_ms = 0;  // ApproximateArrivalTimestamp, Unix milliseconds
};

struct records_page {
  std::vector<stream_record> records;
  std::string next_iterator;  // empty: the shard is closed and read to its end
  std::int64_t behind_latest_ms = 0;
  std::vector<shard> children;  // of a closed shard
};

/// Operations take a stream by name or by ARN, under different names.
void write_stream(body_writer& out, std::string_view stream);

/// One record within it; write_put_records() writes the whole body of PutRecords.
void write_put_record(body_writer& out, const put_record& r);
void write_put_records(body_writer& out,
                       std::string_view stream,
                       std::span<const put_record> records);
/// At most what that writes, so that the body grows once and every payload is copied once.
std::size_t put_records_size(std::span<const put_record> records, body_format format) noexcept;

/// Of the answer to PutRecords, which records are not where they should be, in their order; nothing
/// where it does not tell of as many records as were put.
std::optional<std::vector<put_failure>> read_put_failures(const document::value& answer,
                                                          std::span<const put_record> records);

/// One of ListShards' answer.
shard read_shard(const document::value& v);
/// The answer to GetRecords; nothing where it has no list of records.
std::optional<records_page> read_records_page(const document::value& answer);

}  // namespace tidewire::aws
