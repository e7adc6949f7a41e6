#include "pipeline/batch_pool.hpp"

#include "support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidewire::pipeline {
namespace {

using testing::orders;

TEST(BatchPool, GivesNoMoreThanItsNumberOfBatches) {
  batch_pool pool({.batches_max = 2});
  batch* const first = pool.take();
  ASSERT_NE(first, nullptr);
  EXPECT_NE(pool.take(), nullptr);
  EXPECT_EQ(pool.take(), nullptr);
  pool.give_back(*first);
  EXPECT_EQ(pool.take(), first);
}

TEST(BatchPool, GivesNoneWhileTheOnesThatAreOutHoldTheBudget) {
  batch_pool pool({.batches_max = 4, .bytes_max = 1000});
  batch* const first = pool.take();
  testing::append(*first, orders, 1, std::string(900, 'x'));
  pool.filled(*first);
  EXPECT_GE(pool.bytes_out(), 900U);
  EXPECT_TRUE(pool.full());
  EXPECT_EQ(pool.take(), nullptr);
  pool.give_back(*first);
  EXPECT_EQ(pool.bytes_out(), 0U);
  EXPECT_NE(pool.take(), nullptr);
}

TEST(BatchPool, ARecordLargerThanTheBudgetStillGetsThrough) {
  batch_pool pool({.batches_max = 4, .bytes_max = 10});
  EXPECT_NE(pool.take(), nullptr);
}

TEST(BatchPool, KeepsTheMemoryOfOrdinaryBatchesAndFreesThatOfGiants) {
  batch_pool pool({.batches_max = 1, .bytes_max = 8192});
  batch* b = pool.take();
  testing::append(*b, orders, 1, std::string(1000, 'x'));
  pool.filled(*b);
  pool.give_back(*b);
  EXPECT_GE(b->memory_bytes(), 1000U);
  b = pool.take();
  testing::append(*b, orders, 1, std::string(100'000, 'x'));
  pool.filled(*b);
  pool.give_back(*b);
  EXPECT_EQ(b->memory_bytes(), 0U);
}

}  // namespace
}  // namespace tidewire::pipeline
