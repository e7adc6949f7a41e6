#pragma once

#include "aws/kpl.hpp"
#include "sinks/shard_map.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::sinks {

/// Puts the records of a request together into aggregated Kinesis records: those of one shard, in
/// their order, as many as one Kinesis record takes. An aggregate across shards would lose the
/// records of all shards but its own in Amazon's consumer library. Pure, and used again and again
/// for its memory.
class aggregator {
 public:
  /// What goes as one Kinesis record.
  struct group {
    std::size_t shard = 0;             // its place in the map
    std::vector<std::size_t> members;  // places in the request
    std::size_t bytes_max = 0;         // what the aggregate may have grown to
    aws::kpl_writer writer;            // empty while there is one member, which goes as it is:
    std::string first_key;             // it may be large, and is not copied for nothing
    std::string_view first_data;
    std::string packed;  // what goes out, where whoever sends it compresses it
  };

  /// \param record_bytes_max of a Kinesis record: partition key and data.
  explicit aggregator(std::size_t record_bytes_max) noexcept
      : record_bytes_max_(record_bytes_max) {}

  /// Begins a request to a stream with that many shards.
  void begin(std::size_t shard_count);
  /// The next record of the request, with the shard that its key belongs to. `data` must live until
  /// the groups are done with.
  void add(std::size_t shard, std::string_view partition_key, std::string_view data);
  /// All groups, in the order of their first members.
  std::span<group> groups() noexcept { return {groups_.data(), group_count_}; }

  /// What is kept for the next request.
  std::size_t memory_bytes() const noexcept;

 private:
  group& open(std::size_t shard);

  std::size_t record_bytes_max_;
  std::vector<group> groups_;  // the first group_count_ are of this request
  std::size_t group_count_ = 0;
  std::vector<std::size_t> open_group_;  // by shard: its group that takes more, or none
  std::size_t added_ = 0;
};

}  // namespace tidewire::sinks
