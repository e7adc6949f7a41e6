#include "event/change_encoder.hpp"

#include "encoder_bench.hpp"
#include "golden_records.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::event {
namespace {

using test::bench;
using test::column;
using test::not_null;
using test::null;
using test::pair_table;
using test::row;
using test::text;
using test::unchanged;
using test::with_default;
using testing::ElementsAre;
using testing::HasSubstr;

postgres::table products() {
  return test::table("inventory",
                     "products",
                     {not_null(with_default(column("id", type_oid::int4),
                                            "nextval('inventory.products_id_seq'::regclass)")),
                      not_null(column("name", type_oid::varchar, test::varchar_modifier(255))),
                      column("description", type_oid::text),
                      column("weight", type_oid::float8),
                      with_default(column("created_at", type_oid::timestamp),
                                   "'2024-01-02 03:04:05.678901'::timestamp without time zone"),
                      with_default(column("modified_at", type_oid::timestamptz),
                                   "'2024-01-02 03:04:05.678901+00'::timestamp with time zone")});
}

TEST(ChangeEncoder, WritesTheVeryRecordsThatDebeziumWroteOfASnapshot) {
  const auto expected = test::golden_records("inventory_default");
  options how;
  how.topic_prefix = "dbserver1";
  how.database = "golden";
  bench b(how);
  const table_plan_ptr plan = b.plan(products(), origin::snapshot);
  const row scooter = {text("1"),
                       text("scooter"),
                       text("Small 2-wheel scooter"),
                       text("3.14"),
                       text("2024-01-02 03:04:05.678901"),
                       text("2024-01-02 03:04:05.678901+00")};
  change_context context = test::context_of(expected[0], snapshot_marker::first);
  b.encoder.read(*plan, scooter, context);
  ASSERT_EQ(b.buffer.records.size(), 1U);
  EXPECT_EQ(b.buffer.records[0].destination->name, expected[0].stream);
  EXPECT_EQ(b.key(0), expected[0].key);
  EXPECT_EQ(b.value(0), expected[0].value);
}

TEST(ChangeEncoder, ARowThatIsReadAloneIsLoneUnlessItsKeyIsNotItsOwn) {
  options how;
  how.topic_prefix = "t";
  options by_name = how;
  by_name.key_columns = key_column_rules("inventory.products:name");
  const row one = {text("1"), text("a"), text("b"), text("3.14"), text("x"), text("y")};
  for (const auto& [each, own] : {std::pair{how, true}, std::pair{by_name, false}}) {
    bench b(each);
    const table_plan_ptr plan = b.plan(products(), origin::snapshot);
    change_context context;
    context.marker = snapshot_marker::within;
    b.encoder.read(*plan, one, context);
    b.encoder.read_alone(*plan, one, context);
    b.encoder.read_alone(*plan, one, context);
    ASSERT_EQ(b.buffer.records.size(), 3U);
    EXPECT_EQ(b.value(1), b.value(0));
    EXPECT_FALSE(b.buffer.records[0].lone);
    EXPECT_EQ(b.buffer.records[1].lone, own);
    EXPECT_EQ(b.buffer.records[2].lone, own);
  }
}

TEST(ChangeEncoder, WritesTheEndOfASnapshotsRowAnewWhenAnythingOfItIsAnother) {
  options how;
  how.topic_prefix = "t";
  bench b(how);
  const table_plan_ptr plan = b.plan(products(), origin::snapshot);
  const row one = {text("1"), text("a"), text("b"), text("3.14"), text("x"), text("y")};
  change_context context;
  context.marker = snapshot_marker::first;
  const auto value = [&] {
    b.encoder.read(*plan, one, context);
    return std::string(b.value(b.buffer.records.size() - 1));
  };
  std::set<std::string> seen = {value()};
  EXPECT_FALSE(seen.insert(value()).second) << "nothing of it is another";
  context.marker = snapshot_marker::within;
  EXPECT_TRUE(seen.insert(value()).second);
  context.now_ms = 7;
  EXPECT_TRUE(seen.insert(value()).second);
  context.position = lsn{8};
  EXPECT_TRUE(seen.insert(value()).second);
  context.last_commit = lsn{7};
  EXPECT_TRUE(seen.insert(value()).second);
  context.xid = 9;
  EXPECT_TRUE(seen.insert(value()).second);
  context.xmin = 10;
  EXPECT_TRUE(seen.insert(value()).second);
  context.time_us = 11'000;
  EXPECT_TRUE(seen.insert(value()).second);
}

TEST(ChangeEncoder, WritesTheVeryRecordsThatDebeziumWroteOfTheStream) {
  const auto expected = test::golden_records("inventory_default");
  // After six snapshot rows: insert, update and delete of a product, and the tombstone.
  constexpr std::size_t first = 6;
  options how;
  how.topic_prefix = "dbserver1";
  how.database = "golden";
  bench b(how);
  const table_plan_ptr plan = b.plan(products());
  const row inserted = {text("4"),
                        text("hammer"),
                        text("14oz carpenter's hammer"),
                        text("0.875"),
                        text("2024-01-02 03:04:05.678901"),
                        text("2024-01-02 03:04:05.678901+00")};
  const row updated = {text("4"),
                       text("hammer"),
                       text("14oz carpenter's hammer"),
                       text("1"),
                       text("2024-01-02 03:04:05.678901"),
                       text("2024-02-03 02:05:06.7+00")};
  const row key = {text("4"), null(), null(), null(), null(), null()};
  change_context context = test::context_of(expected[first]);
  b.encoder.insert(*plan, inserted, context);
  context = test::context_of(expected[first + 1]);
  b.encoder.update(*plan, old_row::none, {}, updated, context);
  context = test::context_of(expected[first + 2]);
  b.encoder.remove(*plan, old_row::key, key, context);
  ASSERT_EQ(b.buffer.records.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(b.key(i), expected[first + i].key) << i;
    EXPECT_EQ(b.value(i), expected[first + i].value) << i;
  }
}

TEST(ChangeEncoder, TurnsAKeyChangeIntoDeleteTombstoneAndCreate) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(
      *plan, old_row::key, row{text("1"), null()}, row{text("10"), text("b")}, b.context);
  EXPECT_THAT(b.changes(),
              ElementsAre(R"({"id":1} d {"before":{"id":1,"v":null},"after":null)",
                          R"({"id":1} tombstone)",
                          R"({"id":10} c {"before":null,"after":{"id":10,"v":"b"})"));
}

TEST(ChangeEncoder, KeepsAnUpdateWhoseOldKeyIsTheSame) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(
      *plan, old_row::full, row{text("1"), text("a")}, row{text("1"), text("b")}, b.context);
  EXPECT_THAT(b.changes(),
              ElementsAre(R"({"id":1} u {"before":{"id":1,"v":"a"},"after":{"id":1,"v":"b"})"));
}

TEST(ChangeEncoder, BuildsTheKeyOfAnOldRowFromFillersWhereTheIdentityLacksIt) {
  bench b;
  postgres::table table = test::table("public",
                                      "k",
                                      {not_null(column("id", type_oid::int4)),
                                       not_null(column("u", type_oid::text)),
                                       column("v", type_oid::text)});
  const table_plan_ptr plan = b.plan(table);
  b.encoder.update(*plan,
                   old_row::key,
                   row{null(), text("u2"), null()},
                   row{text("2"), text("u2b"), null()},
                   b.context);
  EXPECT_THAT(b.changes(),
              ElementsAre(R"({"id":0} d {"before":{"id":0,"u":"u2","v":null},"after":null)",
                          R"({"id":0} tombstone)",
                          R"({"id":2} c {"before":null,"after":{"id":2,"u":"u2b","v":null})"));
}

TEST(ChangeEncoder, WritesNoTombstonesWhereTheyAreOff) {
  options how = bench::plain_options();
  how.tombstones = false;
  bench b(how);
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.remove(*plan, old_row::full, row{text("1"), text("a")}, b.context);
  EXPECT_THAT(b.changes(), ElementsAre(R"({"id":1} d {"before":{"id":1,"v":"a"},"after":null)"));
}

TEST(ChangeEncoder, HasNoSnapshotMarkInTheStreamWhereDefaultsStayAway) {
  options how;
  how.value_nulls_as_default = false;
  bench b(how);
  change_context context;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.insert(*plan, row{text("1"), text("a")}, context);
  EXPECT_THAT(b.value(0), HasSubstr(R"("snapshot":null,)"));
  context.marker = snapshot_marker::last;
  b.encoder.read(*plan, row{text("1"), text("a")}, context);
  EXPECT_THAT(b.value(1), HasSubstr(R"("snapshot":"last",)"));
}

TEST(ChangeEncoder, GivesARowWithoutAKeyARecordWithoutAKey) {
  bench b;
  postgres::table table = pair_table();
  table.key.clear();
  const table_plan_ptr plan = b.plan(table);
  b.encoder.remove(*plan, old_row::full, row{text("1"), text("a")}, b.context);
  ASSERT_EQ(b.buffer.records.size(), 2U);
  for (const record& made : b.buffer.records) {
    EXPECT_FALSE(made.has_key);
    EXPECT_EQ(made.key_size, 0U);
  }
}

TEST(ChangeEncoder, ShowsThePlaceholderOfAnUnchangedValue) {
  bench b;
  postgres::table table = test::table("public",
                                      "t",
                                      {not_null(column("id", type_oid::int4)),
                                       column("big", type_oid::text),
                                       column("bytes", type_oid::bytea),
                                       column("texts", test::text_array_oid),
                                       column("numbers", test::int4_array_oid),
                                       column("n", type_oid::numeric),
                                       column("ids", test::uuid_array_oid)});
  b.how.unavailable_placeholder = "Hi";
  const table_plan_ptr plan = b.plan(table);
  const row after = {
      text("1"), unchanged(), unchanged(), unchanged(), unchanged(), unchanged(), unchanged()};
  b.encoder.update(*plan, old_row::none, {}, after, b.context);
  EXPECT_THAT(
      b.change(0),
      HasSubstr(
          R"("after":{"id":1,"big":"Hi","bytes":"SGk=","texts":["Hi"],"numbers":[72,105],"n":null,"ids":[")"));
}

TEST(ChangeEncoder, FindsAnUnchangedValueInTheOldRow) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(
      *plan, old_row::full, row{text("1"), text("large")}, row{text("1"), unchanged()}, b.context);
  EXPECT_THAT(b.change(0), HasSubstr(R"("after":{"id":1,"v":"large"})"));
}

TEST(ChangeEncoder, FindsAKeyThatIsStoredOutOfLineInTheOldKey) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(
      *plan, old_row::key, row{text("1"), null()}, row{unchanged(), text("b")}, b.context);
  ASSERT_EQ(b.buffer.records.size(), 1U) << "the key is the same";
  EXPECT_THAT(b.change(0), testing::StartsWith("u "));
  EXPECT_THAT(b.change(0), HasSubstr(R"("after":{"id":1,"v":"b"})"));
}

TEST(ChangeEncoder, KeepsThePlaceholderWhereTheOldKeyDoesNotHoldTheColumn) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(
      *plan, old_row::key, row{text("1"), null()}, row{text("1"), unchanged()}, b.context);
  EXPECT_THAT(b.change(0), HasSubstr(R"("v":"__debezium_unavailable_value")"));
}

TEST(ChangeEncoder, SkipsTheOperationsThatItIsToldTo) {
  options how = bench::plain_options();
  how.skipped = skipped_operations::parse("u,d").value();
  bench b(how);
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.insert(*plan, row{text("1"), text("a")}, b.context);
  b.encoder.update(*plan, old_row::none, {}, row{text("1"), text("b")}, b.context);
  b.encoder.remove(*plan, old_row::key, row{text("1"), null()}, b.context);
  b.encoder.truncate(*plan, b.context);
  ASSERT_EQ(b.buffer.records.size(), 2U);
  EXPECT_THAT(b.change(0), testing::StartsWith("c "));
  EXPECT_THAT(b.change(1), testing::StartsWith("t "));
}

TEST(ChangeEncoder, SkipsTruncateUnlessTold) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.truncate(*plan, b.context);
  EXPECT_TRUE(b.buffer.records.empty());
}

TEST(ChangeEncoder, WritesATruncateWithoutKeyAndRows) {
  options how = bench::plain_options();
  how.skipped.truncate = false;
  bench b(how);
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.truncate(*plan, b.context);
  EXPECT_THAT(b.changes(), ElementsAre(R"( t {"before":null,"after":null)"));
  EXPECT_FALSE(b.buffer.records[0].has_key);
}

TEST(ChangeEncoder, SkipsAnUpdateThatChangesNothingWhereThatIsWanted) {
  options how = bench::plain_options();
  how.skip_unchanged = true;
  how.columns_included = regex_list::parse("public.k.id");
  bench b(how);
  const table_plan_ptr plan = b.plan(pair_table());
  b.encoder.update(
      *plan, old_row::full, row{text("1"), text("a")}, row{text("1"), text("b")}, b.context);
  EXPECT_TRUE(b.buffer.records.empty());
  b.encoder.update(*plan, old_row::none, {}, row{text("1"), text("b")}, b.context);
  EXPECT_EQ(b.buffer.records.size(), 1U);
}

TEST(ChangeEncoder, CountsValuesThatNoEventCanHold) {
  bench b;
  const table_plan_ptr plan = b.plan(test::table("public",
                                                 "n",
                                                 {not_null(column("id", type_oid::int4)),
                                                  not_null(column("n", type_oid::numeric)),
                                                  column("o", type_oid::numeric)}));
  b.encoder.insert(*plan, row{text("1"), text("NaN"), text("Infinity")}, b.context);
  EXPECT_THAT(b.change(0), HasSubstr(R"({"id":1,"n":{"scale":0,"value":"AA=="},"o":null})"));
  EXPECT_EQ(b.encoder.unrepresentable_count(), 2U);
}

}  // namespace
}  // namespace tidewire::event
