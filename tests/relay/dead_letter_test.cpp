#include "relay/dead_letter.hpp"

#include <gtest/gtest.h>

namespace tidewire::relay {
namespace {

TEST(DeadLetter, HoldsThePlaceTheReasonAndTheBytes) {
  const dead_letter letter{.reason = "it is \"bad\"",
                           .stream = "s",
                           .shard = "shardId-000000000000",
                           .sequence_number = "49",
                           .sub_sequence_number = 3,
                           .partition_key = "k\n",
                           .data = std::string("\0\xFF", 2)};
  EXPECT_EQ(
      write_dead_letter(letter, 1'790'000'000'000),
      R"({"reason":"it is \"bad\"","stream":"s","shard":"shardId-000000000000","sequenceNumber":"49","subSequenceNumber":3,)"
      R"("partitionKey":"k\n","time":1790000000000,"data":"AP8="})");
}

TEST(DeadLetter, NamesTheFileThatHoldsTheBytesInTheirPlace) {
  const dead_letter letter{.reason = "r",
                           .stream = "s",
                           .shard = "x",
                           .sequence_number = "1",
                           .sub_sequence_number = std::nullopt,
                           .partition_key = "k",
                           .data = "bytes"};
  EXPECT_EQ(
      write_dead_letter(letter, 5, "data/dead-letters.jsonl"),
      R"({"reason":"r","stream":"s","shard":"x","sequenceNumber":"1","partitionKey":"k","time":5,"dataFile":"data/dead-letters.jsonl"})");
}

}  // namespace
}  // namespace tidewire::relay
