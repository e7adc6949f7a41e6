#include "app/snapshot_ledger.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace tidewire::app {
namespace {

using postgres::pages_read;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr oid orders{16'400}, items{16'410};

pages_read pages(std::uint64_t begin,
                 std::optional<std::uint64_t> end,
                 std::uint64_t horizon = 700) {
  return {.page_begin = begin, .page_end = end, .horizon = horizon};
}

snapshot_ledger begun() {
  snapshot_ledger ledger{.configuration = 5, .tables = {}};
  ledger.begin(orders, 99, false);
  ledger.begin(items, 0, false);
  return ledger;
}

TEST(SnapshotLedger, IsEmptyUntilATableIsBegun) {
  EXPECT_TRUE(snapshot_ledger().empty());
  EXPECT_FALSE(begun().empty());
}

TEST(SnapshotLedger, PartsThatFollowEachOtherAreOne) {
  auto ledger = begun();
  ledger.add(orders, pages(8, 16));
  ledger.add(orders, pages(24, 32));
  ledger.add(orders, pages(0, 8));
  EXPECT_THAT(ledger.of(orders).pages, ElementsAre(pages(0, 16), pages(24, 32)));
  ledger.add(orders, pages(16, 24));
  EXPECT_THAT(ledger.of(orders).pages, ElementsAre(pages(0, 32)));
  EXPECT_EQ(ledger.of(orders).filenode, 99U);
  EXPECT_THAT(ledger.of(items).pages, IsEmpty());
}

TEST(SnapshotLedger, OfATableThatIsForgottenNothingCounts) {
  auto ledger = begun();
  ledger.add(orders, pages(0, std::nullopt));
  ledger.forget(orders);
  ledger.add(orders, pages(0, std::nullopt));
  EXPECT_FALSE(ledger.is_whole(orders));
  EXPECT_EQ(ledger.of(orders), postgres::read_before{});
  ledger.forget(items);
  EXPECT_TRUE(ledger.empty());
}

TEST(SnapshotLedger, PartsOfTwoMomentsStaySeveral) {
  auto ledger = begun();
  ledger.add(orders, pages(0, 8, 700));
  ledger.add(orders, pages(8, 16, 900));
  EXPECT_THAT(ledger.of(orders).pages, ElementsAre(pages(0, 8, 700), pages(8, 16, 900)));
}

TEST(SnapshotLedger, ATableIsWholeFromItsFirstPageToItsOpenEnd) {
  auto ledger = begun();
  EXPECT_FALSE(ledger.is_whole(orders));
  ledger.add(orders, pages(8, std::nullopt));
  EXPECT_FALSE(ledger.is_whole(orders));
  ledger.add(orders, pages(0, 7));
  EXPECT_FALSE(ledger.is_whole(orders));
  ledger.add(orders, pages(7, 8, 900));
  EXPECT_TRUE(ledger.is_whole(orders));
  EXPECT_EQ(ledger.whole_count(), 1U);
  EXPECT_FALSE(ledger.is_whole({1}));
}

TEST(SnapshotLedger, WhatDoesNotCountAnyMoreIsForgottenWhenTheTableIsBegunAgain) {
  auto ledger = begun();
  ledger.add(orders, pages(0, 8));
  ledger.begin(orders, 99, true);
  EXPECT_THAT(ledger.of(orders).pages, ElementsAre(pages(0, 8)));
  ledger.begin(orders, 101, false);
  EXPECT_EQ(ledger.of(orders), (postgres::read_before{.filenode = 101, .pages = {}}));
}

TEST(SnapshotLedger, PagesOfATableThatWasNotBegunAreNotKept) {
  snapshot_ledger ledger;
  ledger.add(orders, pages(0, 8));
  EXPECT_TRUE(ledger.empty());
}

TEST(SnapshotLedger, IsReadBackAsItWasWritten) {
  auto ledger = begun();
  ledger.add(orders, pages(0, 8, (1ULL << 40U) + 3));
  ledger.add(items, pages(0, std::nullopt));
  const auto written = to_json(ledger);
  EXPECT_EQ(written,
            boost::json::parse(
                R"({"configuration":5,"tables":[
                    {"table":16400,"filenode":99,"pages":[[0,8,1099511627779]]},
                    {"table":16410,"filenode":0,"pages":[[0,null,700]]}]})"));
  EXPECT_EQ(snapshot_ledger_from_json(written), ledger);
}

TEST(SnapshotLedger, NothingElseIsUnderstood) {
  for (const char* text :
       {"[]",
        "{}",
        R"({"configuration":-1,"tables":[]})",
        R"({"configuration":1,"tables":{}})",
        R"({"configuration":1,"tables":[1]})",
        R"({"configuration":1,"tables":[{"table":1,"filenode":2}]})",
        R"({"configuration":1,"tables":[{"table":1,"filenode":2,"pages":[[0,1]]}]})",
        R"({"configuration":1,"tables":[{"table":1,"filenode":2,"pages":[[0,"1",3]]}]})",
        R"({"configuration":1,"tables":[{"table":1,"filenode":2,"pages":[[null,1,3]]}]})"})
    EXPECT_FALSE(snapshot_ledger_from_json(boost::json::parse(text))) << text;
}

}  // namespace
}  // namespace tidewire::app
