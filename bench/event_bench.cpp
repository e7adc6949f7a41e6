#include "event/change_encoder.hpp"
#include "event/every_type.hpp"
#include "event/type_oids.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <new>
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
    plan =
        make_plan(test::table_of(columns), test::catalogue_of(columns), how, names, origin::stream);
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

}  // namespace
}  // namespace tidewire::event
