#include "pipeline/lanes.hpp"
#include "support.hpp"

#include <gtest/gtest.h>

/// Records of which no other of their key is under way.
namespace tidewire::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::fill;
using testing::orders;
using testing::start;
using testing::succeed;
using testing::take;

constexpr lanes::options by_key_always{.order = ordering::key, .stream_order_below = 0};

TEST(LanesLone, ALoneRecordWaitsForNoneOfItsKeyAndNoneForIt) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}, {1, "c"}, {1, "d"}});
  b.content.records[0].lone = b.content.records[2].lone = true;
  lanes l(by_key_always);
  l.add(b);
  const auto first = take(l);
  EXPECT_EQ(first.keys, "1a 1b 1c");
  l.again(*first.request.records[0], start + 10ms);
  l.durable(*first.request.records[1]);
  l.hold(*first.request.records[2]);
  l.request_done(orders, {});
  EXPECT_EQ(l.held_count(), 1U);
  const auto second = take(l);
  EXPECT_EQ(second.keys, "1d") << "the lane of those that are not lone goes on";
  succeed(l, second);
  const auto again = take(l, start + 10ms);
  EXPECT_EQ(again.keys, "1a");
  succeed(l, again);
  l.release(*first.request.records[2]);
  EXPECT_TRUE(lanes::finished(b));
}

TEST(LanesLone, KeepNoMoreRequestsOfLoneRecordsInFlightThanAllowed) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  for (event::record& r : b.content.records) r.lone = true;
  lanes::options how = by_key_always;
  how.lone_requests_max = 2;
  lanes l(how);
  l.add(b);
  const auto first = take(l, start, {.records_max = 1});
  EXPECT_EQ(take(l, start, {.records_max = 1}).keys, "2b");
  EXPECT_EQ(take(l, start, {.records_max = 1}).keys, "-");
  succeed(l, first);
  EXPECT_EQ(take(l, start, {.records_max = 1}).keys, "3c");
}

TEST(LanesLone, LoneRecordsKeepTheStreamsOrderAsAWhole) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  for (event::record& r : b.content.records) r.lone = true;
  lanes l({.order = ordering::stream});
  l.add(b);
  const auto first = take(l, start, {.records_max = 2});
  EXPECT_EQ(first.keys, "1a 2b");
  EXPECT_EQ(take(l).keys, "-");
  l.again(*first.request.records[0], start + 10ms);
  l.durable(*first.request.records[1]);
  l.request_done(orders, {});
  EXPECT_EQ(take(l).keys, "-");
  EXPECT_EQ(take(l, start + 10ms).keys, "1a 3c");
}

}  // namespace
}  // namespace tidewire::pipeline
