#include "sinks/shard_map.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::sinks {
namespace {

constexpr const char* half = "170141183460469231731687303715884105728";  // 2^127

aws::shard shard_of(std::string id, std::string first, bool closed = false) {
  aws::shard made;
  made.id = std::move(id);
  made.starting_hash_key = std::move(first);
  if (closed) made.ending_sequence_number = "7";
  return made;
}

TEST(ShardMap, AKeyBelongsToTheShardWhoseRangeHasItsHash) {
  const std::vector<aws::shard> shards = {shard_of("upper", half), shard_of("lower", "0")};
  const shard_map map(shards);
  ASSERT_EQ(map.size(), 2U);
  const hash_key middle = hash_key{1} << 127U;
  EXPECT_EQ(map[map.find(0)].id, "lower");
  EXPECT_EQ(map[map.find(middle - 1)].id, "lower");
  EXPECT_EQ(map[map.find(middle)].id, "upper");
  EXPECT_EQ(map[map.find(~hash_key{0})].id, "upper");
  EXPECT_EQ(map[map.find(middle)].first_text, half);
}

TEST(ShardMap, ClosedShardsTakeNothing) {
  const std::vector<aws::shard> shards = {
      shard_of("parent", "0", true), shard_of("child", "0"), shard_of("other", half)};
  const shard_map map(shards);
  ASSERT_EQ(map.size(), 2U);
  EXPECT_EQ(map[map.find(1)].id, "child");
}

TEST(ShardMap, WhatIsNoHashKeyIsLeftOut) {
  // 2^128 and beyond, and what is no number.
  const std::vector<aws::shard> shards = {shard_of("a", "340282366920938463463374607431768211456"),
                                          shard_of("b", "-1"),
                                          shard_of("c", "")};
  EXPECT_TRUE(shard_map(shards).empty());
  const std::vector<aws::shard> largest = {
      shard_of("d", "340282366920938463463374607431768211455")};
  EXPECT_EQ(shard_map(largest)[0].first, ~hash_key{0});
}

TEST(ShardMap, HashesKeysAsKinesisDoes) {
  // MD5 of "a" is 0cc175b9c0f1b6a831c399e269772661.
  const auto key = hash_key_of("a");
  ASSERT_TRUE(key);
  EXPECT_EQ(static_cast<std::uint64_t>(*key >> 64U), 0x0cc175b9c0f1b6a8U);
  EXPECT_EQ(static_cast<std::uint64_t>(*key), 0x31c399e269772661U);
}

}  // namespace
}  // namespace tidewire::sinks
