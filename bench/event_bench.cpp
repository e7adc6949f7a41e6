#include "event/change_encoder.hpp"
#include "event/type_oids.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace {
std::uint64_t allocations = 0;
}  // namespace

// Counts what the hot path must not do.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace tidewire::event {
namespace {

struct bench_column {
  std::string_view name;
  std::uint32_t type;
  std::string_view type_name;
  std::string_view value;
  std::int32_t modifier = -1;
};

/// The products of the inventory that every Debezium tutorial begins with.
const std::vector<bench_column> products = {
    {"id", type_oid::int4, "int4", "104"},
    {"name", type_oid::varchar, "varchar", "hammer", 259},
    {"description", type_oid::text, "text", "12oz carpenter's hammer"},
    {"weight", type_oid::float8, "float8", "0.75"},
    {"created_at", type_oid::timestamp, "timestamp", "2024-01-02 03:04:05.678901"},
    {"modified_at", type_oid::timestamptz, "timestamptz", "2024-01-02 03:04:05.678901+00"},
};

/// One column of each family of types.
const std::vector<bench_column> all_types = {
    {"id", type_oid::int8, "int8", "9007199254740993"},
    {"b", type_oid::boolean, "bool", "t"},
    {"r", type_oid::float4, "float4", "3.14"},
    {"d", type_oid::float8, "float8", "123456789.12345679"},
    {"n102", type_oid::numeric, "numeric", "12345678.90", (10 << 16 | 2) + 4},
    {"n", type_oid::numeric, "numeric", "12345678901234567890123456789.123456789"},
    {"m", type_oid::money, "money", "$1,234.56"},
    {"t", type_oid::text, "text", "The quick brown fox jumps over the \"lazy\" dog"},
    {"by", type_oid::bytea, "bytea", "\\x00112233445566778899aabbccddeeff"},
    {"bt", type_oid::bit, "bit", "10101010", 8},
    {"dt", type_oid::date, "date", "2024-02-29"},
    {"tm", type_oid::time, "time", "13:14:15.678912"},
    {"tz", type_oid::timetz, "timetz", "13:14:15.678912+05:30"},
    {"ts", type_oid::timestamp, "timestamp", "2024-02-29 13:14:15.678912"},
    {"tsz", type_oid::timestamptz, "timestamptz", "2024-02-29 07:44:15.678912+00"},
    {"iv", type_oid::interval, "interval", "1 year 2 mons 3 days 04:05:06.789012"},
    {"u", type_oid::uuid, "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
    {"j", type_oid::jsonb, "jsonb", "{\"a\": 1, \"b\": [1, 2, 3]}"},
    {"i", type_oid::inet, "inet", "192.168.0.1"},
    {"p", type_oid::point, "point", "(1.5,-2)"},
    {"ai", 1007, "_int4", "{1,2,3,NULL}"},
    {"hs", 90000, "hstore", "\"a\"=>\"1\", \"b\"=>NULL, \"c d\"=>\"x\""},
};

struct workload {
  options how;
  streams names;
  record_buffer buffer;
  single_output out{buffer};
  change_encoder encoder{how, out};
  table_plan_ptr plan;
  std::vector<postgres::value_view> row;
  change_context context;

  workload(const std::vector<bench_column>& columns, bool schemas) {
    how.topic_prefix = "dbserver1";
    how.database = "postgres";
    how.key_schemas = schemas;
    how.value_schemas = schemas;
    postgres::type_catalog types;
    postgres::table table;
    table.schema = "inventory";
    table.name = "products";
    table.key = {0};
    for (const bench_column& c : columns) {
      postgres::type_description type;
      type.id = oid{c.type};
      type.name = c.type_name;
      if (c.type == 1007) type.element = oid{type_oid::int4};
      types.add(type);
      postgres::column made;
      made.name = c.name;
      made.type = oid{c.type};
      made.modifier = c.modifier;
      table.columns.push_back(made);
      row.push_back({postgres::value_kind::text, c.value});
    }
    types.add({.id = oid{type_oid::int4}, .name = "int4"});
    plan = make_plan(table, types, how, names, origin::stream);
    context.position = lsn{152744456};
    context.last_commit = lsn{152744400};
    context.xid = 1261;
    context.time_us = 1'795'330'221'695'000;
    context.now_ms = 1'795'330'221'803;
  }
};

void encode_inserts(benchmark::State& state, const std::vector<bench_column>& columns) {
  workload w(columns, state.range(0) != 0);
  constexpr std::size_t batch = 500;
  const auto fill = [&] {
    w.buffer.clear();
    for (std::size_t i = 0; i < batch; ++i) w.encoder.insert(*w.plan, w.row, w.context);
  };
  fill();  // grows the buffers
  if (w.buffer.records.size() != batch || w.encoder.unrepresentable_count() != 0)
    return state.SkipWithError("a value was not written");
  const std::uint64_t before = allocations;
  for (auto _ : state) {
    fill();
    benchmark::DoNotOptimize(w.buffer.bytes.data());
  }
  const double rows = static_cast<double>(state.iterations()) * batch;
  state.counters["allocs_per_row"] = static_cast<double>(allocations - before) / rows;
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(w.buffer.bytes.size()));
}

void BM_encode_insert_products(benchmark::State& state) {
  encode_inserts(state, products);
}
BENCHMARK(BM_encode_insert_products)->ArgName("schemas")->Arg(0)->Arg(1);

void BM_encode_insert_all_types(benchmark::State& state) {
  encode_inserts(state, all_types);
}
BENCHMARK(BM_encode_insert_all_types)->ArgName("schemas")->Arg(0)->Arg(1);

}  // namespace
}  // namespace tidewire::event
