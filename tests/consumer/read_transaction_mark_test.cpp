#include "consumer/read_transaction_mark.hpp"

#include "base/compression.hpp"
#include "consumer/envelope.hpp"
#include "consumer/transaction_groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::consumer {
namespace {

using part = transaction_mark::part;

std::optional<transaction_mark> read(const std::string& payload) {
  simdjson::dom::parser parser;
  return read_transaction_mark(parser.parse(payload));
}

TEST(TransactionMark, OfAChangeIsItsNumberAndItsCommit) {
  const auto mark = read(
      R"({"op":"c","ts_ms":9,"source":{"ts_ms":7},"transaction":{"id":"571:1000","total_order":3,"data_collection_order":1}})");
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->what, part::change);
  EXPECT_EQ(mark->id, "571");
  EXPECT_EQ(mark->lsn, 1000U);
  EXPECT_EQ(mark->commit_ms, 7);
  EXPECT_EQ(mark->order, 3U);
  EXPECT_FALSE(mark->event_count);
}

TEST(TransactionMark, OfBeginAndEnd) {
  const auto begin = read(
      R"({"status":"BEGIN","id":"571:1000","event_count":null,"data_collections":null,"ts_ms":7})");
  ASSERT_TRUE(begin);
  EXPECT_EQ(begin->what, part::begin);
  EXPECT_EQ(begin->commit_ms, 7);
  const auto end =
      read(R"({"status":"END","id":"571:1009","event_count":2,"data_collections":[],"ts_ms":7})");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->what, part::end);
  EXPECT_EQ(end->id, begin->id);
  EXPECT_EQ(end->event_count, 2U);
}

TEST(TransactionMark, AnIdOfAnotherFormIsTakenWhole) {
  for (const std::string id : {"571", "a:1", "571:", ":1", "1:2:3", "99999999999999999999:1"}) {
    const auto mark = read(R"({"status":"BEGIN","ts_ms":7,"id":")" + id + "\"}");
    ASSERT_TRUE(mark) << id;
    EXPECT_EQ(mark->id, id);
    EXPECT_EQ(mark->lsn, 0U);
  }
}

TEST(TransactionMark, WhatIsOutsideOfTransactionsHasNone) {
  for (const std::string payload :
       {R"({"op":"r","source":{"ts_ms":7},"transaction":null})",
        R"({"op":"r","source":{"ts_ms":7}})",
        R"({"ts_ms":7})",
        R"({"id":"1","aggregate_type":"Initial Snapshot","type":"STARTED"})",
        R"({"op":"c","source":{"ts_ms":7},"transaction":{"id":"571:1"}})",
        R"({"op":"c","source":{"ts_ms":7},"transaction":{"id":"","total_order":1}})",
        R"({"op":"c","source":{"ts_ms":7},"transaction":{"id":"571:1","total_order":0}})",
        R"({"status":"COMMIT","id":"571:1","ts_ms":7})"})
    EXPECT_FALSE(read(payload)) << payload;
}

/// A text file, packed by gzip or not.
std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  unpacker all;
  return std::string(all.unpack(text.str()).value());
}

/// The events of transactions in a golden case, in the order in which Debezium wrote them.
std::vector<received_event> events_of(const std::string& file) {
  std::istringstream lines(read_file(std::string(TIDEWIRE_TESTS_DIR) + "/golden/cases/" + file));
  envelope_reader reader({.transactions = true});
  simdjson::dom::parser parser;
  std::vector<received_event> events;
  for (std::string line; std::getline(lines, line);) {
    const simdjson::dom::element record = parser.parse(line);
    const std::string_view value = record["value_raw"];
    if (value.empty()) continue;
    auto event = reader.read(
        R"({"version":"0","id":"e","detail-type":"d","source":"s","time":"2026-11-22T06:52:56Z","region":"r","resources":[],"detail":)" +
        std::string(value) + "}");
    if (event.value().transaction) events.push_back(std::move(*event));
  }
  return events;
}

/// What a real Debezium wrote: its transactions are told apart and found whole, in whatever order
/// their events come.
TEST(TransactionMark, RegroupsWhatDebeziumWrote) {
  for (const std::string name :
       {"tx_metadata/expected.jsonl.gz", "tx_metadata_table_order/expected.jsonl"}) {
    auto events = events_of(name);
    const auto ends = std::count_if(events.begin(), events.end(), [](const received_event& event) {
      return event.transaction->what == part::end;
    });
    EXPECT_GT(ends, 0) << name;
    std::mt19937 random(7);
    std::shuffle(events.begin(), events.end(), random);
    transaction_groups groups({});
    std::ptrdiff_t complete = 0;
    int message = 0;
    for (auto& event : events)
      for (const auto& run :
           groups.take({std::to_string(message++), "h"}, std::move(event), {}).runs)
        complete += run.how == transaction_run::state::complete ? 1 : 0;
    EXPECT_EQ(complete, ends) << name;
    EXPECT_EQ(groups.messages(), 0U) << name;
  }
}

}  // namespace
}  // namespace tidewire::consumer
