#include "event/change_encoder.hpp"
#include "event/every_type.hpp"
#include "event/type_oids.hpp"
#include "support/counted_loop.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

namespace tidewire::event {
namespace {

using test::modes;
using test::typed_column;

/// The products of the inventory that every Debezium tutorial begins with.
const std::vector<typed_column> products = {
    {type_oid::int4, "int4", "104"},
    {type_oid::varchar, "varchar", "hammer", 259},
    {type_oid::text, "text", "12oz carpenter's hammer"},
    {type_oid::float8, "float8", "0.75"},
    {type_oid::timestamp, "timestamp", "2024-01-02 03:04:05.678901"},
    {type_oid::timestamptz, "timestamptz", "2024-01-02 03:04:05.678901+00"},
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

  workload(const std::vector<typed_column>& columns, modes chosen, bool schemas)
      : how(test::options_of(chosen)), row(test::row_of(columns)) {
    how.key_schemas = schemas;
    how.value_schemas = schemas;
    plan = make_plan(test::table_of(columns),
                     test::catalogue_of(test::every_type()),
                     how,
                     names,
                     origin::stream);
    context.position = lsn{152744456};
    context.last_commit = lsn{152744400};
    context.xid = 1261;
    context.time_us = 1'795'330'221'695'000;
    context.now_ms = 1'795'330'221'803;
  }
};

void encode_inserts(benchmark::State& state,
                    const std::vector<typed_column>& columns,
                    modes chosen) {
  workload w(columns, chosen, state.range(0) != 0);
  constexpr std::size_t batch = 500;
  const auto fill = [&] {
    w.buffer.clear();
    for (std::size_t i = 0; i < batch; ++i) w.encoder.insert(*w.plan, w.row, w.context);
  };
  fill();  // grows the buffers
  if (w.buffer.records.size() != batch || w.encoder.unrepresentable_count() != 0)
    return state.SkipWithError("a value was not written");
  bench::run_counted(state, {.items = batch, .bytes = w.buffer.bytes.size()}, [&] {
    fill();
    benchmark::DoNotOptimize(w.buffer.bytes.data());
  });
}

BENCHMARK_CAPTURE(encode_inserts, products, products, modes::usual)
    ->ArgName("schemas")
    ->Arg(0)
    ->Arg(1);
BENCHMARK_CAPTURE(encode_inserts, every_type, test::every_type(), modes::usual)
    ->ArgName("schemas")
    ->Arg(0)
    ->Arg(1);
BENCHMARK_CAPTURE(encode_inserts, every_type_as_text, test::every_type(), modes::text)
    ->ArgName("schemas")
    ->Arg(0)
    ->Arg(1);
BENCHMARK_CAPTURE(encode_inserts, every_type_as_double, test::every_type(), modes::other)
    ->ArgName("schemas")
    ->Arg(0)
    ->Arg(1);

/// A value, and what Debezium's defaults make of it.
struct sample {
  typed_column column;
  std::string_view json;
};

/// Rows of a key and 32 values of one family of types; the envelope around them is shared by all.
void encode_values(benchmark::State& state, const std::vector<sample>& family) {
  constexpr std::size_t value_count = 32;
  std::vector<typed_column> columns = {{type_oid::int4, "int4", "104"}};
  std::string expected = R"("after":{"c0":104)";
  for (std::size_t i = 0; i < value_count; ++i) {
    const sample& one = family[i % family.size()];
    columns.push_back(one.column);
    expected.append(",\"c").append(std::to_string(i + 1)).append("\":").append(one.json);
  }
  workload w(columns, modes::usual, false);
  const auto encode = [&] {
    w.buffer.clear();
    w.encoder.insert(*w.plan, w.row, w.context);
  };
  encode();
  if (w.buffer.value(w.buffer.records.front()).find(expected + "},") == std::string_view::npos)
    return state.SkipWithError("not what Debezium writes");
  bench::run_counted(state, {.items = value_count, .bytes = w.buffer.bytes.size()}, [&] {
    encode();
    benchmark::DoNotOptimize(w.buffer.bytes.data());
  });
}

const std::vector<sample> integers = {
    {{type_oid::int2, "int2", "-32768"}, "-32768"},
    {{type_oid::int4, "int4", "2147483647"}, "2147483647"},
    {{type_oid::int8, "int8", "9007199254740993"}, "9007199254740993"},
    {{type_oid::boolean, "bool", "t"}, "true"},
};
const std::vector<sample> floats = {
    {{type_oid::float4, "float4", "3.14"}, "3.14"},
    {{type_oid::float8, "float8", "123456789.12345679"}, "1.2345678912345679E8"},
};
const std::vector<sample> decimals = {
    {{type_oid::numeric, "numeric", "12345678.90", (10 << 16 | 2) + 4}, R"("SZYC0g==")"},
    {{type_oid::numeric, "numeric", "123.456"}, R"({"scale":3,"value":"AeJA"})"},
    {{type_oid::money, "money", "$1,234.56"}, R"("AeJA")"},
};
const std::vector<sample> texts = {
    {{type_oid::text, "text", "The quick brown fox"}, R"("The quick brown fox")"},
    {{type_oid::varchar, "varchar", "a \"lazy\" dog", 259}, R"("a \"lazy\" dog")"},
    {{type_oid::json, "json", R"({"a": 1})"}, R"("{\"a\": 1}")"},
    {{type_oid::uuid, "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
     R"("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")"},
};
const std::vector<sample> bytes = {
    {{type_oid::bytea, "bytea", "\\x00112233445566778899aabbccddeeff"},
     R"("ABEiM0RVZneImaq7zN3u/w==")"},
    {{type_oid::bit, "bit", "1", 1}, "true"},
    {{type_oid::bit, "bit", "10101010", 8}, R"("qg==")"},
};
const std::vector<sample> times = {
    {{type_oid::date, "date", "2024-02-29"}, "19782"},
    {{type_oid::time, "time", "13:14:15.678912"}, "47655678912"},
    {{type_oid::timestamp, "timestamp", "2024-02-29 13:14:15.678", 3}, "1709212455678"},
    {{type_oid::timestamp, "timestamp", "2024-02-29 13:14:15.678912"}, "1709212455678912"},
    {{type_oid::timestamptz, "timestamptz", "2024-02-29 07:44:15.678912+00"},
     R"("2024-02-29T07:44:15.678912Z")"},
    {{type_oid::interval, "interval", "3 days 04:05:06.789012"}, "273906789012"},
};
const std::vector<sample> networks = {
    {{type_oid::inet, "inet", "192.168.0.1/24"}, R"("192.168.0.1/24")"},
    {{type_oid::macaddr, "macaddr", "08:00:2b:01:02:03"}, R"("08:00:2b:01:02:03")"},
};
const std::vector<sample> ranges = {
    {{type_oid::int4range, "int4range", "[1,10)", -1, 'r'}, "\"[1,10)\""},
    {{type_oid::daterange, "daterange", "[2024-01-01,2024-02-01)", -1, 'r'},
     "\"[2024-01-01,2024-02-01)\""},
};
const std::vector<sample> shapes = {
    {{type_oid::point, "point", "(1.5,-2)"},
     R"({"x":1.5,"y":-2.0,"wkb":"AQEAAAAAAAAAAAD4PwAAAAAAAADA","srid":null})"},
    {{90004, "geometry", "0101000020E6100000000000000000F03F0000000000000040"},
     R"({"wkb":"AQEAACDmEAAAAAAAAAAA8D8AAAAAAAAAQA==","srid":4326})"},
};
const std::vector<sample> hstores = {
    {{90000, "hstore", R"("a"=>"1", "b"=>NULL)"}, R"("{\"a\":\"1\",\"b\":null}")"},
};
const std::vector<sample> arrays = {
    {{1007, "_int4", "{1,2,3,NULL}", -1, 'b', type_oid::int4}, "[1,2,3,null]"},
    {{1009, "_text", R"({a,"b \"c\"",NULL})", -1, 'b', type_oid::text}, R"(["a","b \"c\"",null])"},
};

BENCHMARK_CAPTURE(encode_values, integers, integers);
BENCHMARK_CAPTURE(encode_values, floats, floats);
BENCHMARK_CAPTURE(encode_values, decimals, decimals);
BENCHMARK_CAPTURE(encode_values, texts, texts);
BENCHMARK_CAPTURE(encode_values, bytes, bytes);
BENCHMARK_CAPTURE(encode_values, times, times);
BENCHMARK_CAPTURE(encode_values, networks, networks);
BENCHMARK_CAPTURE(encode_values, ranges, ranges);
BENCHMARK_CAPTURE(encode_values, shapes, shapes);
BENCHMARK_CAPTURE(encode_values, hstores, hstores);
BENCHMARK_CAPTURE(encode_values, arrays, arrays);

}  // namespace
}  // namespace tidewire::event
