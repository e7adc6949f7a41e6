#pragma once

#include "local/kinesis/hash_key.hpp"
#include "local/kinesis/shard.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::local {

/// A stream: what was set about it, and the shards that it has, and has had.
struct kinesis_stream {
  std::string name;
  std::string stream_id;  // 20 letters and digits, a dash, 3 more
  std::int64_t created_ms = 0;
  std::int64_t retention_hours = 24;
  std::int64_t record_kib_max = 1024;
  bool on_demand = false;
  std::map<std::string, std::string> tags;
  std::vector<std::unique_ptr<shard>>
      shards;  // by rising number; closed ones stay until their records have expired

  shard* find_shard(std::string_view id) noexcept;
  shard* find_shard(std::uint32_t number) noexcept;
  /// The open shard in whose range the key falls.
  shard& route(hash_key key) noexcept;
  bool has_one_open_shard() const noexcept { return open_.size() == 1; }
  shard& only_open_shard() noexcept { return *open_.front(); }
  std::size_t open_count() const noexcept { return open_.size(); }
  const std::vector<shard*>& open_shards() const noexcept { return open_; }

  /// Adds a shard over the range and tells its parents that it is their child. Call reindex() after
  /// the last.
  shard& add_shard(hash_key first, hash_key last, std::int64_t now_ms);
  /// After shards were added or closed.
  void reindex();
  /// Forgets records and closed shards that are older than the retention.
  void expire(std::int64_t now_ms);

 private:
  std::vector<shard*> open_;  // by rising range
};

/// `count` ranges of equal size over the whole ring, as CreateStream cuts it.
std::vector<std::pair<hash_key, hash_key>> even_ranges(std::size_t count);

}  // namespace tidewire::local
