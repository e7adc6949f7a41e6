#include "event/change_encoder.hpp"

#include "golden_records.hpp"
#include "tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {
namespace {

using test::column;
using test::not_null;
using test::null;
using test::text;
using test::unchanged;
using test::with_default;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

using row = std::vector<postgres::value_view>;

/// An encoder with everything around it; schemas are off, so that a test reads what matters.
struct bench {
  options how;
  streams names;
  postgres::type_catalog types = test::catalog();
  record_buffer buffer;
  single_output out{buffer};
  transaction_encoder transactions;
  change_encoder encoder;
  change_context context;

  explicit bench(options chosen = plain_options(), bool with_transactions = false)
      : how(std::move(chosen)),
        transactions(how, names, out),
        encoder(how, out, with_transactions ? &transactions : nullptr) {
    context.position = lsn{100};
    context.xid = 7;
    context.time_us = 5'000'000;
    context.now_ms = 6'000;
    context.id.commit = lsn{200};
  }

  static options plain_options() {
    options how;
    how.topic_prefix = "dbserver1";
    how.database = "golden";
    how.key_schemas = false;
    how.value_schemas = false;
    return how;
  }

  table_plan_ptr plan(const postgres::table& table, origin from = origin::stream) {
    return make_plan(table, types, how, names, from);
  }

  std::string key(std::size_t index) const {
    return std::string(buffer.key(buffer.records.at(index)));
  }
  std::string value(std::size_t index) const {
    return std::string(buffer.value(buffer.records.at(index)));
  }

  /// `before` and `after` of an event, and its operation.
  std::string change(std::size_t index) const {
    const std::string whole = value(index);
    if (whole.empty()) return "tombstone";
    const auto operation = whole.find("\"op\":\"");
    return whole.substr(operation + 6, 1) + " " + whole.substr(0, whole.find(",\"source\":"));
  }

  std::vector<std::string> changes() const {
    std::vector<std::string> out_changes;
    for (std::size_t i = 0; i < buffer.records.size(); ++i)
      out_changes.push_back(key(i) + " " + change(i));
    return out_changes;
  }
};

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

postgres::table pair_table() {
  return test::table(
      "public", "k", {not_null(column("id", type_oid::int4)), column("v", type_oid::text)});
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

TEST(ChangeEncoder, CountsTheRecordsOfATransaction) {
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

TEST(ChangeEncoder, NumbersTheEventsOfATransactionByTable) {
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

TEST(ChangeEncoder, NamesTheMarkersOfASnapshot) {
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

TEST(ChangeEncoder, SaysNullOfAPositionThatThereIsNot) {
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

TEST(ChangeEncoder, TellsTheSlotsXminWhereItIsKnown) {
  bench b;
  const table_plan_ptr plan = b.plan(pair_table());
  b.context.xmin = 4'294'967'295U;
  b.encoder.read(*plan, row{text("1"), null()}, b.context);
  EXPECT_THAT(b.value(0), HasSubstr(R"("xmin":4294967295})"));
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

/// Two buffers; remembers which got what.
class two_outputs final : public record_output {
 public:
  std::array<record_buffer, 2> buffers;
  record_buffer& for_key(std::uint64_t key_hash) override { return buffers[(key_hash >> 32U) % 2]; }
};

TEST(ChangeEncoder, SendsAllRecordsOfAKeyToTheSameBuffer) {
  options how = bench::plain_options();
  streams names;
  two_outputs out;
  change_encoder encoder(how, out);
  const postgres::type_catalog types = test::catalog();
  const table_plan_ptr plan = make_plan(pair_table(), types, how, names, origin::stream);
  change_context context;
  for (int round = 0; round < 3; ++round) {
    for (int id = 0; id < 50; ++id) {
      const std::string key = std::to_string(id);
      encoder.insert(*plan, row{text(key), null()}, context);
      encoder.remove(*plan, old_row::key, row{text(key), null()}, context);
    }
  }
  EXPECT_EQ(out.buffers[0].records.size() + out.buffers[1].records.size(), 3U * 50U * 3U);
  EXPECT_GT(out.buffers[0].records.size(), 100U);
  EXPECT_GT(out.buffers[1].records.size(), 100U);
  for (std::size_t i = 0; i < 2; ++i)
    for (const record& made : out.buffers[i].records)
      EXPECT_EQ((key_hash(out.buffers[i].key(made)) >> 32U) % 2, i);
}

TEST(ChangeEncoder, InsertsThatStandInNoOrderAreSpreadAndWaitForNone) {
  options how = bench::plain_options();
  how.keyless_unordered = true;
  streams names;
  two_outputs out;
  change_encoder encoder(how, out);
  postgres::table log = test::table("public", "log", {column("v", type_oid::text)}, {});
  log.ordinary = true;
  const table_plan_ptr plan = make_plan(log, test::catalog(), how, names, origin::stream);
  change_context context;
  for (int i = 0; i < 100; ++i) encoder.insert(*plan, row{text("same")}, context);
  std::set<std::uint64_t> hashes, high_bits;
  for (const record_buffer& buffer : out.buffers) {
    EXPECT_GT(buffer.records.size(), 20U) << "each publisher gets some";
    for (const record& made : buffer.records) {
      EXPECT_FALSE(made.has_key);
      EXPECT_TRUE(made.unordered);
      hashes.insert(made.key_hash);
      high_bits.insert(made.key_hash >> 60U);
    }
  }
  EXPECT_EQ(hashes.size(), 100U);
  EXPECT_EQ(high_bits.size(), 16U);
}

TEST(ChangeEncoder, AllElseWithoutAKeyHasOneHashAndOneOrder) {
  options how = bench::plain_options();
  how.keyless_unordered = true;
  bench b(how);
  postgres::table full = test::table("public", "f", {column("v", type_oid::text)}, {});
  full.ordinary = true;
  full.identity = postgres::replica_identity::full;
  const table_plan_ptr plan = b.plan(full);
  b.encoder.insert(*plan, row{text("a")}, b.context);
  b.encoder.update(*plan, old_row::full, row{text("a")}, row{text("b")}, b.context);
  b.encoder.remove(*plan, old_row::full, row{text("b")}, b.context);
  for (const record& made : b.buffer.records) {
    EXPECT_EQ(made.key_hash, key_hash(""));
    EXPECT_FALSE(made.unordered);
  }
}

TEST(KeyHash, TellsKeysApartAndIsTheSameInEveryRun) {
  EXPECT_EQ(key_hash("a"), key_hash(std::string("a")));
  EXPECT_NE(key_hash("a"), key_hash("b"));
  EXPECT_NE(key_hash("aaaaaaaaaaaaaaaa"), key_hash("aaaaaaaaaaaaaaaaa"));
  EXPECT_NE(key_hash(std::string_view("\0", 1)), key_hash(""));
  std::array<int, 8> buckets{};
  for (int i = 0; i < 8000; ++i) ++buckets[key_hash("{\"id\":" + std::to_string(i) + "}") % 8];
  for (const int count : buckets) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace tidewire::event
