#include "local/kinesis/put_answer.hpp"

#include "local/wire/cbor.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace tidewire::local {
namespace {

namespace json = boost::json;

json::value read(body_format format, const std::string& body) {
  return format == body_format::cbor ? cbor::to_json(body).value() : json::parse(body);
}

TEST(PutRecordsAnswer, TellsEachRecordTheNumberThatItsShardKnowsItBy) {
  const shard first(0, 0, hash_key_max, 1'700'000'000'123);
  const shard second(7, 0, hash_key_max, 1'700'000'000'456);
  // Carries over one digit and over many, jumps, another shard between.
  std::vector<std::pair<const shard*, std::uint64_t>> stored;
  for (std::uint64_t i = 0; i < 120; ++i) stored.emplace_back(&first, i);
  for (const std::uint64_t carried : {76'922ULL, 7'692'307ULL, 769'230'769'230ULL})
    for (std::uint64_t i = carried; i < carried + 3; ++i) stored.emplace_back(&second, i);
  for (std::uint64_t i = 120; i < 124; ++i) {
    stored.emplace_back(&first, i);
    stored.emplace_back(&second, i);
  }
  for (const auto format : {body_format::cbor, body_format::json}) {
    put_answer answer(format, stored.size());
    for (const auto& [home, index] : stored) answer.stored(*home, index);
    const auto read_back = read(format, answer.end());
    EXPECT_EQ(read_back.at("FailedRecordCount"), 0);
    const auto& records = read_back.at("Records").as_array();
    ASSERT_EQ(records.size(), stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const json::value expected{
          {"SequenceNumber", stored[i].first->sequence_number(stored[i].second)},
          {"ShardId", stored[i].first->id()}};
      EXPECT_EQ(records[i], expected) << i;
    }
  }
}

TEST(PutRecordsAnswer, GoesOnCountingBehindARefusal) {
  const shard home(0, 0, hash_key_max, 1'700'000'000'123);
  for (const auto format : {body_format::cbor, body_format::json}) {
    put_answer answer(format, 4);
    answer.refused("Slow", "down");
    answer.stored(home, 8);
    answer.refused("Slow", "down");
    answer.stored(home, 9);
    const auto read_back = read(format, answer.end());
    EXPECT_EQ(read_back.at("FailedRecordCount"), 2);
    const json::value refusal{{"ErrorCode", "Slow"}, {"ErrorMessage", "down"}};
    EXPECT_EQ(read_back.at("Records").at(0), refusal);
    EXPECT_EQ(read_back.at("Records").at(1).at("SequenceNumber"), home.sequence_number(8).c_str());
    EXPECT_EQ(read_back.at("Records").at(2), refusal);
    EXPECT_EQ(read_back.at("Records").at(3).at("SequenceNumber"), home.sequence_number(9).c_str());
  }
}

}  // namespace
}  // namespace tidewire::local
