#include "ledger/arrival.hpp"

#include "ledger/test_decoding.hpp"

#include <gtest/gtest.h>

namespace tidewire::ledger {
namespace {

constexpr const char* event =
    R"({"before":null,"after":{"id":7,"name":"a \"b\"","ok":true,"gone":null,"at":{"x":1}},)"
    R"("source":{"schema":"inventory","table":"products","lsn":4096,"snapshot":"false"},"op":"c"})";

void expect_the_event(const result<std::optional<arrival>>& read) {
  ASSERT_TRUE(read.has_value());
  ASSERT_TRUE(read->has_value());
  const arrival& one = **read;
  EXPECT_EQ(one.schema, "inventory");
  EXPECT_EQ(one.table, "products");
  EXPECT_EQ(one.operation, 'c');
  EXPECT_EQ(one.position, lsn{4096});
  const std::vector<arrived_column> row{{"id", "7"},
                                        {"name", "a \"b\""},
                                        {"ok", "true"},
                                        {"gone", std::nullopt},
                                        {"at", R"({"x":1})"}};
  EXPECT_EQ(one.row, row);
}

TEST(Arrival, ReadsAnEventInEveryEnvelope) {
  arrival_reader reader;
  const std::string bare = event;
  expect_the_event(reader.read(bare));
  expect_the_event(reader.read(R"({"schema":{"type":"struct"},"payload":)" + bare + "}"));
  expect_the_event(reader.read(R"({"stream":"s","key":{"id":7},"value":)" + bare + "}"));
  expect_the_event(reader.read(R"({"id":"1","source":"s","event":{"payload":)" + bare + "}}"));
  expect_the_event(reader.read(R"({"version":"0","source":"s","detail":)" + bare + "}"));
}

TEST(Arrival, TakesTheOldRowOfADelete) {
  arrival_reader reader;
  const auto read = reader.read(
      R"({"before":{"id":7},"after":null,"source":{"schema":"a","table":"b","lsn":1},"op":"d"})");
  ASSERT_TRUE(read.has_value() && read->has_value());
  EXPECT_EQ((*read)->row, (std::vector<arrived_column>{{"id", "7"}}));
}

TEST(Arrival, KnowsTombstones) {
  arrival_reader reader;
  for (const char* text : {"", "null", R"({"stream":"s","key":{"id":7},"value":null})"}) {
    const auto read = reader.read(text);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_FALSE(read->has_value()) << text;
  }
}

TEST(Arrival, RefusesWhatIsNoEvent) {
  arrival_reader reader;
  for (const char* text : {"{",
                           "7",
                           "{}",
                           R"({"op":"c"})",
                           R"({"op":"c","source":{"table":"b"}})",
                           R"({"payload":{"payload":{"payload":{"payload":{"payload":{}}}}}})"})
    EXPECT_EQ(reader.read(text).error(), errc::no_event) << text;
}

}  // namespace
}  // namespace tidewire::ledger
