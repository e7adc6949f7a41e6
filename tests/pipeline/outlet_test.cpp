#include "pipeline/outlet.hpp"

#include "support.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tidewire::pipeline {
namespace {

using testing::orders;

/// An outlet with its publishers played by the test.
class OutletTest : public ::testing::Test {
 protected:
  void open(std::size_t publishers, batch_pool::options pool, outlet::options how = {}) {
    pool_ = std::make_unique<batch_pool>(pool);
    std::vector<exchange*> ends;
    for (std::size_t i = 0; i < publishers; ++i)
      ends.push_back(
          exchanges_
              .emplace_back(std::make_unique<exchange>(pool.batches_max, io_.get_executor(), bell_))
              .get());
    outlet_ = std::make_unique<outlet>(how, *pool_, ends);
    ASSERT_TRUE(outlet_->has_room());
  }

  void write(std::uint64_t key, std::string_view value, bool has_key = true) {
    event::record_buffer& to = outlet_->for_key(key);
    event::record r;
    r.destination = &orders;
    r.key_hash = key;
    r.has_key = has_key;
    r.value_size = static_cast<std::uint32_t>(value.size());
    to.bytes.append(value);
    to.records.push_back(r);
  }

  std::vector<batch*> sent(std::size_t publisher = 0) {
    std::vector<batch*> all;
    while (batch* const b = exchanges_[publisher]->take_filled()) all.push_back(b);
    return all;
  }

  asio::io_context io_{1};
  doorbell bell_{io_.get_executor()};
  std::unique_ptr<batch_pool> pool_;
  std::vector<std::unique_ptr<exchange>> exchanges_;
  std::unique_ptr<outlet> outlet_;
};

TEST_F(OutletTest, SendsWhatWasWrittenAndMovesWhenItComesBack) {
  open(1, {});
  write(1, "a");
  outlet_->committed(lsn{10});
  outlet_->seal();
  const auto out = sent();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(outlet_->durable(), lsn{0});
  EXPECT_FALSE(outlet_->idle());
  exchanges_[0]->give_back(*out[0]);
  EXPECT_TRUE(outlet_->collect());
  EXPECT_EQ(outlet_->durable(), lsn{10});
  EXPECT_TRUE(outlet_->idle());
}

TEST_F(OutletTest, SealingNothingSendsNothing) {
  open(1, {});
  outlet_->seal();
  EXPECT_TRUE(sent().empty());
}

TEST_F(OutletTest, ABatchInTheMiddleOfATransactionDoesNotMoveThePosition) {
  open(1, {});
  outlet_->committed(lsn{10});
  outlet_->collect();
  EXPECT_EQ(outlet_->durable(), lsn{10}) << "a transaction without records is durable by itself";
  write(1, "a");
  outlet_->seal();
  exchanges_[0]->give_back(*sent().at(0));
  outlet_->collect();
  EXPECT_EQ(outlet_->durable(), lsn{10});
}

TEST_F(OutletTest, AnEmptyTransactionBehindOnesUnderWayWaitsForThem) {
  open(1, {});
  write(1, "a");
  outlet_->committed(lsn{10});
  outlet_->seal();
  outlet_->committed(lsn{20});
  outlet_->read_up_to(lsn{30});
  outlet_->collect();
  EXPECT_EQ(outlet_->durable(), lsn{0});
  exchanges_[0]->give_back(*sent().at(0));
  outlet_->collect();
  EXPECT_EQ(outlet_->durable(), lsn{20});
  outlet_->read_up_to(lsn{30});
  EXPECT_EQ(outlet_->durable(), lsn{30});
}

TEST_F(OutletTest, AllRecordsOfAKeyGoToOnePublisherAndAGenerationNeedsBoth) {
  open(2, {});
  const std::uint64_t first = 0, second = std::uint64_t{1} << 32U;
  write(first, "a");
  write(second, "b");
  write(first, "c");
  outlet_->committed(lsn{10});
  outlet_->seal();
  const auto left = sent(0), right = sent(1);
  ASSERT_EQ(left.size(), 1U);
  ASSERT_EQ(right.size(), 1U);
  EXPECT_EQ(left[0]->content.records.size(), 2U);
  EXPECT_EQ(right[0]->content.records.size(), 1U);
  exchanges_[1]->give_back(*right[0]);
  outlet_->collect();
  EXPECT_EQ(outlet_->durable(), lsn{0});
  exchanges_[0]->give_back(*left[0]);
  outlet_->collect();
  EXPECT_EQ(outlet_->durable(), lsn{10});
}

TEST_F(OutletTest, HasNoRoomWhileTheBudgetIsOut) {
  open(1, {.batches_max = 8, .bytes_max = 1000});
  write(1, std::string(2000, 'x'));
  outlet_->seal();
  EXPECT_FALSE(outlet_->has_room());
  exchanges_[0]->give_back(*sent().at(0));
  outlet_->collect();
  EXPECT_TRUE(outlet_->has_room());
}

TEST_F(OutletTest, IsFullByBytesOrByRecords) {
  open(1, {}, {.batch_bytes_max = 10, .batch_records_max = 3});
  EXPECT_FALSE(outlet_->full());
  write(1, "12345");
  EXPECT_FALSE(outlet_->full());
  write(1, "12345");
  EXPECT_TRUE(outlet_->full());
  outlet_->seal();
  ASSERT_TRUE(outlet_->has_room());
  for (int i = 0; i < 3; ++i) write(1, "");
  EXPECT_TRUE(outlet_->full());
}

TEST_F(OutletTest, LoneRecordsGoToAllPublishersInTurnsInAFloodAndKeysToTheirs) {
  open(2, {}, {.key_publishers = 1, .flood_from = 2});
  const auto write_lone = [&](std::string_view value) {
    event::record_buffer& to = outlet_->for_lone();
    to.bytes.append(value);
    to.records.push_back({.destination = &orders, .lone = true});
  };
  write_lone("a");
  EXPECT_FALSE(outlet_->is_flooded());
  outlet_->seal();
  std::size_t flooded = 0;
  for (const char* const value : {"b", "c", "d", "e"}) {
    ASSERT_TRUE(outlet_->has_room());
    write_lone(value);
    write(0xFFFF'FFFF'0000'0000, "k");
    if (outlet_->is_flooded()) ++flooded;
    outlet_->seal();
  }
  EXPECT_EQ(flooded, 4U);
  const auto texts = [](const std::vector<batch*>& all) {
    std::string out;
    for (const batch* b : all) out += std::string(b->content.bytes.view()) + ' ';
    return out;
  };
  const auto first = sent(0);
  const auto second = sent(1);
  EXPECT_EQ(texts(first), "a bk k dk k ") << "the first batch went when nothing was out";
  EXPECT_EQ(texts(second), "c e ");
  for (batch* b : first) exchanges_[0]->give_back(*b);
  for (batch* b : second) exchanges_[1]->give_back(*b);
  outlet_->collect();
  EXPECT_TRUE(outlet_->idle());
}

TEST_F(OutletTest, RowsOfASnapshotWithoutKeyDoNotWaitForEachOther) {
  open(1, {});
  write(7, "a", /*has_key=*/false);
  write(7, "b", /*has_key=*/false);
  write(7, "c");
  outlet_->scatter_keyless();
  outlet_->seal();
  const auto& records = sent().at(0)->content.records;
  EXPECT_NE(records[0].key_hash, records[1].key_hash);
  EXPECT_EQ(records[2].key_hash, 7U);
}

TEST_F(OutletTest, RowsWithoutKeyAreFoundWhereSomePublishersGetLoneRecordsOnly) {
  open(2, {}, {.key_publishers = 1});
  write(7, "a", /*has_key=*/false);
  write(7, "b", /*has_key=*/false);
  outlet_->scatter_keyless();
  outlet_->seal();
  const auto& records = sent().at(0)->content.records;
  EXPECT_NE(records[0].key_hash, records[1].key_hash);
}

}  // namespace
}  // namespace tidewire::pipeline
