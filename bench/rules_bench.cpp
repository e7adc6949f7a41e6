#include "rules/pattern.hpp"
#include "support/counted_loop.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace tidewire::rules {
namespace {

/// An EventBridge event around a Debezium envelope with its schema, about `bytes` long.
std::string cdc_event(std::size_t bytes) {
  std::string schema = R"({"type":"struct","fields":[)";
  std::string row =
      R"({"id":1001,"name":"Sally Thomas","email":"sally.thomas@acme.com","status":"paid","total":129.95)";
  for (int i = 0; schema.size() + row.size() + 400 < bytes; ++i) {
    const std::string name = "column_" + std::to_string(i);
    schema += std::string(i > 0 ? "," : "") + R"({"type":"string","optional":true,"field":")" +
              name + "\"}";
    row += ",\"" + name + R"(":"value )" + std::to_string(i) + '"';
  }
  return R"({"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"CustomerDataChangeEvent",)"
         R"("source":"kinesis.inventory.customers","account":"111122223333","time":"2026-01-02T03:04:05Z","region":"us-east-1",)"
         R"("resources":[],"detail":{"schema":)" +
         schema + R"(],"optional":false},"payload":{"before":null,"after":)" + row +
         R"(},"source":{"version":"2.5.3.Final","connector":"postgresql","name":"kinesis","ts_ms":1700000000000,"snapshot":"false",)"
         R"("db":"inventory_db","schema":"inventory","table":"customers","txId":771,"lsn":34273696},"op":"u","ts_ms":1700000000123}}})";
}

/// The same with rows in an array, of which the last matches.
std::string rows_event(int rows) {
  std::string out = R"({"source":"s","detail":{"rows":[)";
  for (int i = 0; i < rows; ++i)
    out += std::string(i > 0 ? "," : "") + R"({"id":)" + std::to_string(i) + R"(,"op":")" +
           (i + 1 == rows ? "u" : "c") + "\"}";
  return out + "]}}";
}

void match_all(benchmark::State& state, const char* text, const std::string& event, bool expected) {
  const auto compiled = pattern::compile(text);
  if (!compiled || compiled->matches(event) != expected) return state.SkipWithError("wrong answer");
  bench::run_counted(
      state, {.bytes = event.size()}, [&] { benchmark::DoNotOptimize(compiled->matches(event)); });
}

void BM_match_seed(benchmark::State& state) {
  match_all(state,
            R"({"source":[{"prefix":""}]})",
            cdc_event(static_cast<std::size_t>(state.range(0))),
            true);
}
BENCHMARK(BM_match_seed)->ArgName("bytes")->Arg(1024)->Arg(3072);

void BM_match_fields(benchmark::State& state) {
  match_all(
      state,
      R"({"detail":{"payload":{"op":["c","u"],"after":{"status":["paid",{"prefix":"ship"}],"total":[{"numeric":[">=",100]}]}}}})",
      cdc_event(static_cast<std::size_t>(state.range(0))),
      true);
}
BENCHMARK(BM_match_fields)->ArgName("bytes")->Arg(1024)->Arg(3072);

void BM_match_or(benchmark::State& state) {
  match_all(
      state,
      R"({"source":["x","kinesis.inventory.customers"],"$or":[{"detail-type":["none"]},{"detail":{"payload":{"op":["d"]}}},)"
      R"({"detail":{"payload":{"source":{"table":[{"wildcard":"cust*s"}]}}}}]})",
      cdc_event(static_cast<std::size_t>(state.range(0))),
      true);
}
BENCHMARK(BM_match_or)->ArgName("bytes")->Arg(1024)->Arg(3072);

void BM_match_array(benchmark::State& state) {
  match_all(state,
            R"({"detail":{"rows":{"id":[{"numeric":[">=",0]}],"op":["u"]}}})",
            rows_event(static_cast<int>(state.range(0))),
            true);
}
BENCHMARK(BM_match_array)->ArgName("rows")->Arg(10)->Arg(1000);

void BM_compile(benchmark::State& state) {
  constexpr const char* text =
      R"({"detail":{"payload":{"op":["c","u"],"after":{"status":["paid",{"prefix":"ship"}],"total":[{"numeric":[">=",100]}]}}}})";
  if (!pattern::compile(text)) return state.SkipWithError("refused");
  bench::run_counted(state, {}, [&] { benchmark::DoNotOptimize(pattern::compile(text)); });
}
BENCHMARK(BM_compile);

}  // namespace
}  // namespace tidewire::rules
