#include "pipeline/lanes.hpp"

#include "support.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidewire::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::append;
using testing::fill;
using testing::orders;
using testing::start;
using testing::succeed;
using testing::take;
using testing::taken;
using testing::wide;

const event::stream items{.index = 1, .name = "items"};

constexpr lanes::options by_key_always{.order = ordering::key, .stream_order_below = 0};

constexpr lanes::limits together{.keys_together = true};

TEST(Lanes, ARequestHoldsAKeyAgainWhereItsRecordsAreTakenTogether) {
  for (const std::size_t below : {std::size_t{0}, std::size_t{1000}}) {
    batch b;
    fill(b, {{1, "a"}, {2, "b"}, {1, "c"}, {1, "d"}});
    lanes l({.order = ordering::key, .stream_order_below = below});
    l.add(b);
    const taken all = take(l, start, together);
    EXPECT_EQ(all.keys, below == 0 ? "1a 1c 1d 2b" : "1a 2b 1c 1d");
    EXPECT_EQ(take(l, start, together).keys, "-");
    succeed(l, all);
    EXPECT_TRUE(lanes::finished(b));
  }
}

TEST(Lanes, RecordsThatWereRefusedTogetherGoAgainInTheirOrder) {
  for (const std::size_t below : {std::size_t{0}, std::size_t{1000}}) {
    batch b;
    fill(b, {{1, "a"}, {1, "b"}, {2, "c"}, {1, "d"}});
    lanes l({.order = ordering::key, .stream_order_below = below});
    l.add(b);
    const taken first = take(l, start, together);
    ASSERT_EQ(first.request.records.size(), 4U);
    for (record_state* r : first.request.records) {
      if (r->key() == "1")
        l.again(*r, start + 10ms);
      else
        l.durable(*r);
    }
    l.request_done(*first.request.destination, {});
    EXPECT_EQ(take(l, start + 9ms, together).keys, "-");
    const taken again = take(l, start + 10ms, together);
    EXPECT_EQ(again.keys, "1a 1b 1d");
    succeed(l, again);
    EXPECT_TRUE(lanes::finished(b));
  }
}

TEST(Lanes, AKeyWhoseRecordsWereRefusedForGoodTogetherWaitsBehindTheFirst) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}, {2, "c"}});
  lanes l(by_key_always);
  l.add(b);
  const taken all = take(l, start, together);
  for (record_state* r : all.request.records) {
    if (r->key() == "1")
      l.hold(*r);
    else
      l.durable(*r);
  }
  l.request_done(*all.request.destination, {});
  EXPECT_EQ(l.held_count(), 1U);
  EXPECT_EQ(take(l, start + 1h, together).keys, "-");
  EXPECT_EQ(l.unsettled_count(), 2U);
}

TEST(Lanes, ARequestHoldsEachKeyOnce) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {1, "c"}, {3, "d"}});
  lanes l(by_key_always);
  l.add(b);
  EXPECT_EQ(take(l).keys, "1a 2b 3d");
  EXPECT_EQ(take(l).keys, "-");
}

TEST(Lanes, ABlockedKeyFollowsAsSoonAsTheOneBeforeItIsDurable) {
  batch b;
  fill(b, {{1, "a"}, {1, "c"}, {2, "b"}});
  lanes l(by_key_always);
  l.add(b);
  const auto first = take(l);
  EXPECT_EQ(first.keys, "1a 2b");
  succeed(l, first);
  EXPECT_FALSE(lanes::finished(b));
  const auto second = take(l);
  EXPECT_EQ(second.keys, "1c");
  succeed(l, second);
  EXPECT_TRUE(lanes::finished(b));
}

TEST(Lanes, AKeyInFlightBlocksItsRecordsOfLaterBatchesToo) {
  batch b, c;
  fill(b, {{1, "a"}});
  fill(c, {{1, "b"}, {2, "c"}});
  lanes l(by_key_always);
  l.add(b);
  const auto first = take(l);
  l.add(c);
  EXPECT_EQ(take(l).keys, "2c");
  succeed(l, first);
  EXPECT_TRUE(lanes::finished(b));
  EXPECT_EQ(take(l).keys, "1b");
}

TEST(Lanes, EqualKeysOfDifferentStreamsDoNotBlockEachOther) {
  batch b;
  fill(b, {{1, "a"}});
  fill(b, {{1, "b"}}, items);
  lanes l(by_key_always);
  l.add(b);
  EXPECT_EQ(take(l).keys, "1a");
  EXPECT_EQ(take(l).keys, "1b");
}

TEST(Lanes, ARequestIsOfOneStreamAndTheStreamsTakeTurns) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  fill(b, {{4, "d"}}, items);
  lanes l(by_key_always);
  l.add(b);
  const lanes::limits two{.records_max = 2};
  EXPECT_EQ(take(l, start, two).keys, "1a 2b");
  EXPECT_EQ(take(l, start, two).keys, "4d");
  EXPECT_EQ(take(l, start, two).keys, "3c");
}

TEST(Lanes, WithLittleWaitingTheStreamIsReadInItsOrder) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {1, "c"}, {3, "d"}});
  lanes l({});
  l.add(b);
  const auto first = take(l);
  EXPECT_EQ(first.keys, "1a 2b");
  EXPECT_EQ(take(l).keys, "-") << "one request at a time";
  succeed(l, first);
  EXPECT_EQ(take(l).keys, "1c 3d");
}

TEST(Lanes, WithMuchWaitingOtherKeysPassABlockedOne) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}, {2, "c"}, {3, "d"}});
  lanes l({.stream_order_below = 4});
  l.add(b);
  EXPECT_EQ(take(l).keys, "1a 2c 3d");
}

TEST(Lanes, WithFewKeysThatHaveManyRecordsOthersPassABlockedOneEarlier) {
  batch b;
  for (const char* value : {"a", "b", "c", "d"}) fill(b, {{1, value}, {1, value}, {2, value}});
  lanes few({.crowded_from = 12});
  few.add(b);
  EXPECT_EQ(take(few).keys, "1a 2a");

  batch same;
  fill(same, {{1, "a"}, {1, "b"}, {2, "c"}, {3, "d"}, {4, "e"}, {5, "f"}});
  lanes many({.crowded_from = 6});
  many.add(same);
  EXPECT_EQ(take(many).keys, "1a") << "six records of five keys are no crowd";
}

TEST(Lanes, InACrowdASmallRequestWaitsForCompany) {
  batch b;
  for (int i = 0; i < 10; ++i) fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  lanes l({.requests_per_stream_max = 3, .crowded_from = 10, .small_request = 2});
  l.add(b);
  const lanes::limits one{.records_max = 1};
  const auto first = take(l, start, one);
  const auto second = take(l, start, one);
  EXPECT_EQ(first.keys + ' ' + second.keys, "1a 2b");
  EXPECT_EQ(take(l).keys, "-") << "3c alone, beside two";
  succeed(l, second);
  EXPECT_EQ(take(l).keys, "2b 3c");
}

TEST(Lanes, StreamOrderHoldsHoweverMuchWaits) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}, {2, "c"}});
  lanes l({.order = ordering::stream, .stream_order_below = 1});
  l.add(b);
  const auto first = take(l);
  EXPECT_EQ(first.keys, "1a");
  EXPECT_EQ(take(l).keys, "-");
  succeed(l, first);
  EXPECT_EQ(take(l).keys, "1b 2c");
}

TEST(Lanes, WithoutOrderingEverythingGoesAtOnce) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}, {1, "c"}});
  lanes l({.order = ordering::none});
  l.add(b);
  EXPECT_EQ(take(l, start, {.records_max = 2}).keys, "1a 1b");
  EXPECT_EQ(take(l, start, {.records_max = 2}).keys, "1c");
}

TEST(Lanes, RequestsEndAtTheirLimits) {
  batch b;
  fill(b, {{1, "aaaa"}, {2, "bbbb"}, {3, "cccc"}});
  lanes l(by_key_always);
  l.add(b);
  EXPECT_EQ(take(l, start, {.bytes_max = 12, .record_overhead_bytes = 1}).keys, "1aaaa 2bbbb");
  EXPECT_EQ(take(l, start, {.bytes_max = 3}).keys, "3cccc") << "a record over the limit goes alone";
}

TEST(Lanes, ALargeRecordSharesItsRequestWithNoOther) {
  batch b;
  fill(b, {{1, "a"}, {2, "bbbbbbbb"}, {3, "c"}, {4, "d"}});
  lanes l(by_key_always);
  l.add(b);
  const lanes::limits within{.shared_bytes_max = 5};
  EXPECT_EQ(take(l, start, within).keys, "1a");
  EXPECT_EQ(take(l, start, within).keys, "2bbbbbbbb");
  EXPECT_EQ(take(l, start, within).keys, "3c 4d");
}

TEST(Lanes, ARefusedRecordWaitsForItsTimeAndOthersDoNot) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {1, "c"}, {2, "d"}});
  lanes l(by_key_always);
  l.add(b);
  const auto first = take(l);
  l.again(*first.request.records[0], start + 10ms);
  l.durable(*first.request.records[1]);
  l.request_done(orders, {});
  EXPECT_EQ(take(l).keys, "2d");
  EXPECT_EQ(take(l, start + 9ms).keys, "-");
  EXPECT_EQ(l.next_due(), start + 10ms);
  const auto again = take(l, start + 10ms);
  EXPECT_EQ(again.keys, "1a");
  EXPECT_EQ(again.request.records[0]->failures, 1);
}

TEST(Lanes, InStreamOrderNothingPassesARefusedRecord) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  lanes l({});
  l.add(b);
  const auto first = take(l, start, {.records_max = 2});
  l.again(*first.request.records[0], start + 10ms);
  l.durable(*first.request.records[1]);
  l.request_done(orders, {});
  EXPECT_EQ(take(l).keys, "-");
  EXPECT_EQ(take(l, start + 10ms).keys, "1a 3c");
}

TEST(Lanes, AFailingStreamIsProbedByOneRequestAtATimeUntilItWorks) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  lanes l(by_key_always);
  l.add(b);
  const lanes::limits one{.records_max = 1};
  const auto first = take(l, start, one);
  l.again(*first.request.records[0], start);
  l.request_done(orders, start + 5ms);
  EXPECT_EQ(take(l, start, one).keys, "-");
  EXPECT_EQ(l.next_due(), start + 5ms);
  const auto probe = take(l, start + 5ms, one);
  EXPECT_EQ(probe.keys, "1a");
  EXPECT_EQ(take(l, start + 5ms, one).keys, "-");
  succeed(l, probe);
  EXPECT_EQ(take(l, start + 5ms, one).keys, "2b");
  EXPECT_EQ(take(l, start + 5ms, one).keys, "3c");
}

TEST(Lanes, AHeldRecordKeepsItsKeyBackAndNothingElse) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}, {2, "c"}, {2, "d"}});
  lanes l({});
  l.add(b);
  const auto first = take(l);
  EXPECT_EQ(first.keys, "1a");
  l.hold(*first.request.records[0]);
  l.request_done(orders, {});
  const auto second = take(l);
  EXPECT_EQ(second.keys, "2c");
  succeed(l, second);
  EXPECT_EQ(take(l).keys, "2d");
  EXPECT_FALSE(lanes::finished(b));
  EXPECT_EQ(l.held_count(), 1U);
}

TEST(Lanes, AReleasedRecordIsSettledAndItsKeyGoesOn) {
  batch b;
  fill(b, {{1, "a"}, {1, "b"}});
  lanes l({});
  l.add(b);
  const auto first = take(l);
  l.hold(*first.request.records[0]);
  l.request_done(orders, {});
  EXPECT_EQ(take(l).keys, "-");
  l.release(*first.request.records[0]);
  EXPECT_EQ(l.held_count(), 0U);
  const auto second = take(l);
  EXPECT_EQ(second.keys, "1b");
  succeed(l, second);
  EXPECT_TRUE(lanes::finished(b));
}

TEST(Lanes, KeepNoMoreRequestsOfAStreamInFlightThanAllowed) {
  batch b;
  fill(b, {{1, "a"}, {2, "b"}, {3, "c"}});
  lanes l({.stream_order_below = 0, .requests_per_stream_max = 2});
  l.add(b);
  const lanes::limits one{.records_max = 1};
  const auto first = take(l, start, one);
  const auto second = take(l, start, one);
  EXPECT_EQ(take(l, start, one).keys, "-");
  succeed(l, second);
  EXPECT_EQ(take(l, start, one).keys, "3c");
  succeed(l, first);
}

TEST(Lanes, GrowTheirTableWithoutLosingAKey) {
  batch b;
  for (std::uint64_t key = 0; key < 5000; ++key) append(b, orders, key << 40U, "a");
  for (std::uint64_t key = 0; key < 5000; ++key) append(b, orders, key << 40U, "b");
  lanes l(by_key_always);
  l.add(b);
  std::size_t sent = 0;
  for (lanes::request r; l.take(start, wide, r);) {
    sent += r.records.size();
    for (record_state* s : r.records) l.durable(*s);
    l.request_done(orders, {});
  }
  EXPECT_EQ(sent, 10'000U);
  EXPECT_TRUE(lanes::finished(b));
  EXPECT_EQ(l.unsettled_count(), 0U);
}

}  // namespace
}  // namespace tidewire::pipeline
