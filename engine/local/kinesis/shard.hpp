#pragma once

#include "local/call/token_bucket.hpp"
#include "local/kinesis/hash_key.hpp"
#include "local/kinesis/record_log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::local {

/// The published quotas of one shard.
struct shard_quota {
  token_bucket records{1000, 1000};      // writes per second
  token_bucket bytes{1048576, 1048576};  // written per second
  token_bucket reads{5, 5};              // GetRecords per second
  token_bucket read_bytes{2 * 1048576.0, 2 * 1048576.0};
  std::chrono::system_clock::time_point no_reads_before{};  // after a large read: 5 s for 10 MiB
  token_bucket iterators{5, 5};                             // GetShardIterator per second
};

/// One shard: a range of hash keys and the records that fell into it.
///
/// A sequence number is 56 digits, rising within a shard and from parent to child, with gaps like
/// the real ones:
///   49 | creation of the shard in ms, 13 digits | place in the shard, 25 digits | the shard's
///   number, 16 digits
class shard {
 public:
  shard(std::uint32_t number,
        hash_key first,
        hash_key last,
        std::int64_t created_ms,
        std::uint64_t first_index = 0);

  static constexpr std::size_t sequence_digits = 56;

  const std::string& id() const noexcept { return id_; }  // shardId-000000000000
  std::uint32_t number() const noexcept { return number_; }
  std::int64_t created_ms() const noexcept { return created_ms_; }
  bool open() const noexcept { return !closed_ms_.has_value(); }

  void append_sequence_number(std::string& out, std::uint64_t index) const;
  std::string sequence_number(std::uint64_t index) const;
  /// Makes a record's sequence number, in its place, that of the record behind it.
  static void make_next(std::span<char, sequence_digits> number) noexcept;
  std::string starting_sequence_number() const;
  /// Of a closed shard: above every record's.
  std::string ending_sequence_number() const;

  /// The index of the first record whose number is at or after (or, with `after`, only after) the
  /// given one.
  /// \return nothing if no such number can be of this shard.
  std::optional<std::uint64_t> index_of(std::string_view sequence_number,
                                        bool after) const noexcept;

  record_log records;
  hash_key first_key;
  hash_key last_key;
  std::optional<std::uint32_t> parent;
  std::optional<std::uint32_t> adjacent_parent;
  std::vector<std::uint32_t> children;
  shard_quota quota;

  void close(std::int64_t now_ms) noexcept { closed_ms_ = now_ms; }
  std::optional<std::int64_t> closed_ms() const noexcept { return closed_ms_; }

 private:
  std::string from_place(std::uint64_t place) const;

  std::uint32_t number_;
  std::int64_t created_ms_;
  std::optional<std::int64_t> closed_ms_;
  std::string id_;
  std::string prefix_;
  std::string suffix_;
};

std::string shard_id(std::uint32_t number);

}  // namespace tidewire::local
