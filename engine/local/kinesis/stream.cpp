#include "local/kinesis/stream.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace tidewire::local {

shard* kinesis_stream::find_shard(std::uint32_t number) noexcept {
  const auto found = std::lower_bound(
      shards.begin(), shards.end(), number, [](const auto& s, std::uint32_t wanted) {
        return s->number() < wanted;
      });
  return found != shards.end() && (*found)->number() == number ? found->get() : nullptr;
}

shard* kinesis_stream::find_shard(std::string_view id) noexcept {
  // AWS takes the number with fewer zeroes too, but tells everybody the long form.
  constexpr std::string_view prefix = "shardId-";
  if (!id.starts_with(prefix)) return nullptr;
  id.remove_prefix(prefix.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return nullptr;
  return find_shard(number);
}

shard& kinesis_stream::route(hash_key key) noexcept {
  const auto found =
      std::lower_bound(open_.begin(), open_.end(), key, [](const shard* s, hash_key wanted) {
        return s->last_key < wanted;
      });
  assert(found != open_.end());
  return **found;
}

shard& kinesis_stream::add_shard(hash_key first, hash_key last, std::int64_t now_ms) {
  const std::uint32_t number = shards.empty() ? 0 : shards.back()->number() + 1;
  return *shards.emplace_back(std::make_unique<shard>(number, first, last, now_ms));
}

void kinesis_stream::reindex() {
  open_.clear();
  for (const auto& one : shards)
    if (one->open()) open_.push_back(one.get());
  std::sort(open_.begin(), open_.end(), [](const shard* a, const shard* b) {
    return a->first_key < b->first_key;
  });
}

void kinesis_stream::expire(std::int64_t now_ms) {
  constexpr std::int64_t hour_ms = 3'600'000;
  const std::int64_t oldest_ms = now_ms - retention_hours * hour_ms;
  for (const auto& one : shards) one->records.trim_before(oldest_ms);
  std::erase_if(shards,
                [&](const auto& one) { return one->closed_ms() && *one->closed_ms() < oldest_ms; });
}

std::vector<std::pair<hash_key, hash_key>> even_ranges(std::size_t count) {
  std::vector<std::pair<hash_key, hash_key>> ranges;
  // floor(2^128 / count); 2^128 itself has no room in the type. The last range takes what is left
  // over.
  const hash_key width = hash_key_max / count + (hash_key_max % count == count - 1 ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) {
    const hash_key first = i == 0 ? 0 : ranges.back().second + 1;
    ranges.emplace_back(first, i + 1 == count ? hash_key_max : first + width - 1);
  }
  return ranges;
}

}  // namespace tidewire::local
