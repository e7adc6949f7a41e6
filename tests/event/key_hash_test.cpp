/// The hash that a record goes by: key_hash(), and what stands in no order.
#include "encoder_bench.hpp"
#include "event/record_output.hpp"
#include "tables.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace tidewire::event {
namespace {

using test::bench;
using test::column;
using test::null;
using test::pair_table;
using test::row;
using test::text;

/// Two buffers; remembers which got what.
class two_outputs final : public record_output {
 public:
  std::array<record_buffer, 2> buffers;
  record_buffer& for_key(std::uint64_t key_hash) override { return buffers[(key_hash >> 32U) % 2]; }
};

TEST(RecordHash, SendsAllRecordsOfAKeyToTheSameBuffer) {
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

TEST(RecordHash, InsertsThatStandInNoOrderAreSpreadAndWaitForNone) {
  options how = bench::plain_options();
  how.keyless_inserts = keyless_order::none;
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
      EXPECT_EQ(made.order, keyless_order::none);
      hashes.insert(made.key_hash);
      high_bits.insert(made.key_hash >> 60U);
    }
  }
  EXPECT_EQ(hashes.size(), 100U);
  EXPECT_EQ(high_bits.size(), 16U);
}

TEST(RecordHash, AllElseWithoutAKeyHasOneHashAndOneOrder) {
  options how = bench::plain_options();
  how.keyless_inserts = keyless_order::none;
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
    EXPECT_EQ(made.order, keyless_order::stream);
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
