#include "local/kinesis/record_log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tidewire::local {
namespace {

/// `k0=d0,k1=d1,`: as many records in one text, and where they are.
struct packed {
  std::string text;
  std::vector<record_place> places;
};
packed pack(std::uint32_t count, std::size_t data_size) {
  packed out;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string key = "k" + std::to_string(i);
    const std::string data = std::to_string(i) + std::string(data_size, 'd');
    const auto at = static_cast<std::uint32_t>(out.text.size());
    const auto key_size = static_cast<std::uint32_t>(key.size());
    out.places.push_back({.key_at = at,
                          .key_size = key_size,
                          .data_at = at + key_size + 1,
                          .data_size = static_cast<std::uint32_t>(data.size())});
    out.text += key + "=" + data + ",";
  }
  return out;
}

TEST(RecordLog, AdoptsRecordsWithoutCopyingThem) {
  record_log log(5);
  packed records = pack(3, 100);
  const char* const text = records.text.data();
  EXPECT_EQ(log.adopt(std::move(records.text), records.places, 7), 5U);
  EXPECT_EQ(log.end_index(), 8U);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const record_view record = log.at(5 + i);
    EXPECT_EQ(record.partition_key, "k" + std::to_string(i));
    EXPECT_EQ(record.data, std::to_string(i) + std::string(100, 'd'));
    EXPECT_EQ(record.data.data(), text + records.places[i].data_at);
    EXPECT_EQ(record.arrival_ms, 7);
  }
  EXPECT_EQ(log.stored_bytes(), 3U * (2 + 101));
}

TEST(RecordLog, KeepsTheOrderOfCopiedAndAdoptedRecords) {
  record_log log;
  std::vector<std::pair<std::string, std::string>> expected;
  const auto copy = [&](const std::string& key, const std::string& data) {
    EXPECT_EQ(log.append(key, data, 1), expected.size());
    expected.emplace_back(key, data);
  };
  const auto adopt = [&](std::uint32_t count) {
    packed records = pack(count, 50);
    EXPECT_EQ(log.adopt(std::move(records.text), std::move(records.places), 1), expected.size());
    for (std::uint32_t i = 0; i < count; ++i)
      expected.emplace_back("k" + std::to_string(i), std::to_string(i) + std::string(50, 'd'));
  };
  copy("a", "1");
  copy("b", "");
  adopt(2);
  adopt(1);
  copy("c", std::string(2'000'000, 'x'));  // more than a segment
  copy("d", "4");
  adopt(3);
  copy("e", "5");
  std::size_t bytes = 0;
  for (std::uint64_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(log.at(i).partition_key, expected[i].first) << i;
    EXPECT_EQ(log.at(i).data, expected[i].second) << i;
    bytes += expected[i].first.size() + expected[i].second.size();
  }
  EXPECT_EQ(log.stored_bytes(), bytes);
  std::size_t given_back = 0;
  while (log.segment_count() > 0) given_back += log.drop_oldest_segment();
  EXPECT_EQ(given_back, bytes);
  EXPECT_EQ(log.stored_bytes(), 0U);
  EXPECT_EQ(log.first_index(), expected.size());
}

TEST(RecordLog, ForgetsAdoptedRecordsByTheirTime) {
  record_log log;
  for (const std::int64_t arrival_ms : {10, 20, 15}) {  // a clock that goes back
    packed records = pack(4, 50);
    log.adopt(std::move(records.text), std::move(records.places), arrival_ms);
  }
  EXPECT_EQ(log.at(11).arrival_ms, 20);
  log.trim_before(20);
  EXPECT_EQ(log.first_index(), 4U);
  EXPECT_EQ(log.segment_count(), 2U);
  EXPECT_EQ(log.oldest_arrival_ms(), 20);
  log.trim_before(21);
  EXPECT_EQ(log.first_index(), 12U);
  EXPECT_EQ(log.stored_bytes(), 0U);
}

TEST(RecordLog, FindsTrimsAndKeepsIndexes) {
  record_log log;
  const std::string data(100'000, 'd');
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(log.append("key" + std::to_string(i), data, 1000 + i), static_cast<std::uint64_t>(i));
  EXPECT_EQ(log.at(57).partition_key, "key57");
  EXPECT_EQ(log.first_arrived_at(1042), 42U);
  EXPECT_EQ(log.first_arrived_at(0), 0U);
  EXPECT_EQ(log.first_arrived_at(9999), 100U);
  log.trim_before(1042);
  EXPECT_EQ(log.first_index(), 42U);
  EXPECT_EQ(log.at(42).partition_key, "key42");
  EXPECT_LT(log.stored_bytes(), 70U * 100'010U);
  EXPECT_GT(log.drop_oldest_segment(), 0U);
  EXPECT_GT(log.first_index(), 42U);
  log.trim_before(99999);
  EXPECT_EQ(log.first_index(), log.end_index());
  EXPECT_EQ(log.append("again", "", 5), 100U);
  EXPECT_EQ(log.at(100).arrival_ms, 1099);
}

}  // namespace
}  // namespace tidewire::local
