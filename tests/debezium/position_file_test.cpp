#include "debezium/position_file.hpp"

#include "debezium/errc.hpp"
#include "debezium/java_map.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidewire::debezium {
namespace {

const entry_key key{.connector = "kinesis", .server = "tide"};

std::string file(const std::string& key_text, const std::string& value) {
  return write_java_map({{key_text, value}});
}

TEST(PositionFile, SaysWhosePositionItHas) {
  const auto entries = read_position_file(file(R"(["kinesis",{"server":"tide"}])", "{}"));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().key, key);
  EXPECT_EQ(entries->front().value_text, "{}");
}

TEST(PositionFile, AnEmptyOneIsNoneYet) {
  EXPECT_TRUE(read_position_file("")->empty());
}

TEST(PositionFile, KeysOfAnotherShapeAreNotUnderstood) {
  for (const char* text : {"",
                           "[]",
                           "{}",
                           R"(["kinesis"])",
                           R"(["kinesis",{"table":"t"}])",
                           R"([1,{"server":"tide"}])",
                           R"(["kinesis",{"server":1}])"})
    EXPECT_EQ(read_position_file(file(text, "{}")).error(), errc::not_a_position) << text;
}

TEST(ConnectorPosition, IsReadFromWhatTheStreamLeft) {
  const auto position = read_position(
      R"({"transaction_id":null,"lsn_proc":36590624,"messageType":"INSERT","lsn_commit":36590480,)"
      R"("lsn":36590624,"txId":773,"ts_usec":1764295200000000})");
  ASSERT_TRUE(position);
  EXPECT_EQ(*position,
            (connector_position{.at = lsn{36590624},
                                .processed = lsn{36590624},
                                .commit = lsn{36590480},
                                .txid = 773,
                                .time_us = 1'764'295'200'000'000,
                                .message_type = "INSERT"}));
}

TEST(ConnectorPosition, IsReadFromWhatTheSnapshotLeft) {
  const auto position =
      read_position(R"({"last_snapshot_record":true,"lsn":23,"txId":5,"snapshot":true})");
  ASSERT_TRUE(position);
  EXPECT_TRUE(position->snapshot);
  EXPECT_TRUE(position->last_snapshot_record);
  EXPECT_EQ(position->at, lsn{23});
  EXPECT_FALSE(position->processed);
}

TEST(ConnectorPosition, BeyondHalfTheRangeIsNegativeInJava) {
  EXPECT_EQ(read_position(R"({"lsn":-1})")->at, lsn{0xFFFF'FFFF'FFFF'FFFF});
}

TEST(ConnectorPosition, NothingElseIsUnderstood) {
  for (const char* text : {"",
                           "[]",
                           "1",
                           "{",
                           R"({"lsn":"1"})",
                           R"({"lsn_proc":1.5})",
                           R"({"snapshot":"true"})",
                           R"({"messageType":1})"})
    EXPECT_EQ(read_position(text).error(), errc::not_a_position) << text;
}

TEST(ConnectorPosition, ComesBackAsItWasWritten) {
  const connector_position stream{.at = lsn{7},
                                  .processed = lsn{8},
                                  .commit = lsn{9},
                                  .txid = 10,
                                  .time_us = 11,
                                  .message_type = "COMMIT"};
  EXPECT_EQ(*read_position(*make_entry(key, stream).value_text), stream);
  const connector_position snapshot{.snapshot = true, .at = lsn{7}};
  EXPECT_EQ(*read_position(*make_entry(key, snapshot).value_text), snapshot);
}

TEST(PositionFile, ComesBackAsItWasWritten) {
  const std::vector<entry> entries{
      make_entry(key, {.at = lsn{7}}),
      make_entry({.connector = "a \"b\"", .server = "\xC3\xA4"}, {.at = lsn{8}})};
  EXPECT_EQ(*read_position_file(write_position_file(entries)), entries);
}

TEST(PositionFile, TheEntryOfTheNameAndPrefixIsTaken) {
  std::vector<entry> entries{make_entry({"other", "tide"}, {.at = lsn{1}}),
                             make_entry(key, {.at = lsn{2}}),
                             make_entry({"kinesis", "else"}, {.at = lsn{3}})};
  EXPECT_EQ(find_entry(entries, key), &entries[1]);
  EXPECT_EQ(find_entry(entries, {"kinesis", "none"}), nullptr);
  EXPECT_EQ(find_entry(entries, {"third", "tide"}), nullptr) << "two could be meant";
  entries[1].value_text.reset();
  EXPECT_EQ(find_entry(entries, key), entries.data()) << "the only one left of that prefix";
}

}  // namespace
}  // namespace tidewire::debezium
