#include "sinks/aggregator.hpp"

#include <cstdint>

namespace tidewire::sinks {
namespace {

constexpr std::size_t none = SIZE_MAX;

}  // namespace

void aggregator::begin(std::size_t shard_count) {
  group_count_ = added_ = 0;
  open_group_.assign(shard_count, none);
}

void aggregator::add(std::size_t shard, std::string_view partition_key, std::string_view data) {
  const aws::user_record record{
      .partition_key = partition_key, .explicit_hash_key = {}, .data = data};
  const std::size_t size = aws::kpl_writer::added_bytes_max(record);
  const std::size_t open_place = open_group_[shard];
  const bool joins =
      open_place != none && groups_[open_place].bytes_max + size <= record_bytes_max_;
  group& into = joins ? groups_[open_place] : open(shard);
  if (into.members.empty()) {
    into.first_key = partition_key;
    into.first_data = data;
  } else {
    if (into.members.size() == 1)
      into.writer.add(
          {.partition_key = into.first_key, .explicit_hash_key = {}, .data = into.first_data});
    into.writer.add(record);
  }
  into.bytes_max += size;
  into.members.push_back(added_++);
}

std::size_t aggregator::memory_bytes() const noexcept {
  std::size_t sum = 0;
  for (const group& one : groups_)
    sum += one.writer.memory_bytes() + one.packed.capacity() +
           one.members.capacity() * sizeof(std::size_t);
  return sum;
}

aggregator::group& aggregator::open(std::size_t shard) {
  if (group_count_ == groups_.size()) groups_.emplace_back();
  open_group_[shard] = group_count_;
  group& made = groups_[group_count_++];
  made.shard = shard;
  made.members.clear();
  made.bytes_max = aws::kpl_writer::frame_bytes;
  made.writer.clear();
  return made;
}

}  // namespace tidewire::sinks
