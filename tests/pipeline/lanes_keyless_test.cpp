#include "pipeline/lanes.hpp"
#include "support.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string_view>

namespace tidewire::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::append;
using testing::orders;
using testing::start;
using testing::succeed;
using testing::take;
using testing::taken;

/// Rows "a", "b" … of a table without a key, all of one lane.
void fill_keyless(batch& b, std::string_view values) {
  for (const char& value : values) {
    append(b, orders, 0, {&value, 1});
    testing::share_requests(b);
  }
}

TEST(Lanes, RowsWithoutAKeyShareARequestOneRequestAtATime) {
  for (const std::size_t below : {std::size_t{0}, std::size_t{1000}}) {
    batch b;
    fill_keyless(b, "abcde");
    lanes l({.order = ordering::key, .stream_order_below = below});
    l.add(b);
    const taken first = take(l, start, {.records_max = 3});
    EXPECT_EQ(first.keys, "0a 0b 0c");
    EXPECT_EQ(take(l).keys, "-");
    succeed(l, first);
    EXPECT_EQ(take(l).keys, "0d 0e");
  }
}

TEST(Lanes, RowsWithoutAKeyThatWereRefusedGoBeforeThoseThatFollow) {
  for (const std::size_t below : {std::size_t{0}, std::size_t{1000}}) {
    batch b;
    fill_keyless(b, "abcdef");
    lanes l({.order = ordering::key, .stream_order_below = below});
    l.add(b);
    const taken first = take(l, start, {.records_max = 5});
    const auto& sent = first.request.records;
    l.durable(*sent[0]);
    l.again(*sent[1], start + 1ms);
    l.durable(*sent[2]);
    l.again(*sent[3], start + 5ms);
    l.durable(*sent[4]);
    l.request_done(orders, {});
    EXPECT_EQ(take(l, start).keys, "-");
    EXPECT_EQ(l.next_due(), start + 1ms);
    const taken second = take(l, start + 1ms);
    EXPECT_EQ(second.keys, "0b 0d 0f");
    succeed(l, second);
    EXPECT_TRUE(lanes::finished(b));
  }
}

TEST(Lanes, ARowThatMayChangeSharesNoRequestWithOthersWithoutAKey) {
  for (const std::size_t below : {std::size_t{0}, std::size_t{1000}}) {
    batch b;
    fill_keyless(b, "ab");
    append(b, orders, 0, "c");
    b.content.records.back().has_key = false;
    fill_keyless(b, "de");
    lanes l({.order = ordering::key, .stream_order_below = below});
    l.add(b);
    for (const std::string_view keys : {"0a 0b", "0c", "0d 0e"}) {
      const taken next = take(l);
      EXPECT_EQ(next.keys, keys);
      succeed(l, next);
    }
  }
}

}  // namespace
}  // namespace tidewire::pipeline
