#include "event/change_context.hpp"

#include "encoder_bench.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {
namespace {

using test::bench;
using test::null;
using test::pair_table;
using test::row;
using test::text;
using testing::EndsWith;
using testing::HasSubstr;

TEST(ChangeContext, CountsTheRecordsOfATransaction) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(*plan, old_row::key, row{text("1"), null()}, row{text("2"), null()}, b.context);
  ASSERT_EQ(b.buffer.records.size(), 3U);
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(b.buffer.records[i].id.ordinal, i);
    EXPECT_EQ(b.buffer.records[i].id.commit, lsn{200});
  }
  EXPECT_EQ(b.context.id.ordinal, 3U);
}

TEST(ChangeContext, NumbersTheEventsOfATransactionByTable) {
  options how = bench::plain_options();
  how.transaction_metadata = true;
  bench b(how, /*with_transactions=*/true);
  const table_plan_ptr k = b.plan(pair_table());
  postgres::table other = pair_table();
  other.name = "other";
  const table_plan_ptr o = b.plan(other);
  b.transactions.begin(b.context);
  b.encoder.insert(*k, row{text("1"), null()}, b.context);
  b.encoder.insert(*o, row{text("1"), null()}, b.context);
  b.context.position = lsn{150};
  b.encoder.remove(*k, old_row::key, row{text("1"), null()}, b.context);
  b.transactions.end(b.context);
  ASSERT_EQ(b.buffer.records.size(), 6U);
  EXPECT_THAT(
      b.value(1),
      EndsWith(R"("transaction":{"id":"7:100","total_order":1,"data_collection_order":1}})"));
  EXPECT_THAT(
      b.value(2),
      EndsWith(R"("transaction":{"id":"7:100","total_order":2,"data_collection_order":1}})"));
  EXPECT_THAT(
      b.value(3),
      EndsWith(R"("transaction":{"id":"7:150","total_order":3,"data_collection_order":2}})"));
  EXPECT_EQ(b.value(4), "");
  EXPECT_EQ(
      b.value(5),
      R"({"status":"END","id":"7:150","event_count":3,"data_collections":[)"
      R"({"data_collection":"public.other","event_count":1},{"data_collection":"public.k","event_count":2}],)"
      R"("ts_ms":5000})");
}

TEST(ChangeContext, NamesTheMarkersOfASnapshot) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table(), origin::snapshot);
  const std::array<std::pair<snapshot_marker, std::string_view>, 7> markers{{
      {snapshot_marker::none, "false"},
      {snapshot_marker::first, "first"},
      {snapshot_marker::first_in_data_collection, "first_in_data_collection"},
      {snapshot_marker::within, "true"},
      {snapshot_marker::last_in_data_collection, "last_in_data_collection"},
      {snapshot_marker::last, "last"},
      {snapshot_marker::incremental, "incremental"},
  }};
  for (const auto& [marker, name] : markers) {
    b.buffer.clear();
    b.context.marker = marker;
    b.encoder.read(*plan, row{text("1"), null()}, b.context);
    EXPECT_THAT(b.value(0),
                HasSubstr("\"snapshot\":\"" + std::string(name) + "\",\"db\":\"golden\""));
  }
}

TEST(ChangeContext, SaysNullOfAPositionThatThereIsNot) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.context.position.reset();
  b.context.xid.reset();
  b.encoder.read(*plan, row{text("1"), null()}, b.context);
  EXPECT_THAT(
      b.value(0),
      HasSubstr(
          R"("sequence":"[null,null]","schema":"public","table":"k","txId":null,"lsn":null,"xmin":null})"));
}

TEST(ChangeContext, TellsTheSlotsXminWhereItIsKnown) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.context.xmin = 4'294'967'295U;
  b.encoder.read(*plan, row{text("1"), null()}, b.context);
  EXPECT_THAT(b.value(0), HasSubstr(R"("xmin":4294967295})"));
}

}  // namespace
}  // namespace tidewire::event
