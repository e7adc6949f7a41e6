#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "support/counted_loop.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace tidewire {
namespace {

std::string plain_text(std::size_t size) {
  std::string text(size, 'a');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

void BM_json_string(benchmark::State& state) {
  const std::string text = plain_text(static_cast<std::size_t>(state.range(0)));
  byte_buffer out(text.size() + 2);
  append_json_string(out, text);
  if (out.view() != '"' + text + '"') return state.SkipWithError("wrong text");
  bench::run_counted(state, {.bytes = text.size()}, [&] {
    out.clear();
    append_json_string(out, text);
    benchmark::DoNotOptimize(out.data());
  });
}
BENCHMARK(BM_json_string)->ArgName("bytes")->Arg(8)->Arg(64)->Arg(1024);

template <std::size_t (*Find)(std::string_view, std::size_t) noexcept>
void BM_find_json_special(benchmark::State& state) {
  std::string text = plain_text(static_cast<std::size_t>(state.range(0)));
  text.back() = '"';
  if (Find(text, 0) != text.size() - 1) return state.SkipWithError("wrong place");
  bench::run_counted(
      state, {.bytes = text.size()}, [&] { benchmark::DoNotOptimize(Find(text, 0)); });
}
BENCHMARK(BM_find_json_special<find_json_special>)
    ->Name("BM_find_json_special/vector")
    ->Arg(64)
    ->Arg(1024);
BENCHMARK(BM_find_json_special<find_json_special_scalar>)
    ->Name("BM_find_json_special/scalar")
    ->Arg(64)
    ->Arg(1024);

void BM_base64(benchmark::State& state) {
  const std::string bytes = plain_text(static_cast<std::size_t>(state.range(0)));
  byte_buffer out(base64_size(bytes.size()));
  append_base64(out, bytes);
  if (from_base64(out.view()) != bytes) return state.SkipWithError("not base64 of the bytes");
  bench::run_counted(state, {.bytes = bytes.size()}, [&] {
    out.clear();
    append_base64(out, bytes);
    benchmark::DoNotOptimize(out.data());
  });
}
BENCHMARK(BM_base64)->ArgName("bytes")->Arg(536)->Arg(2860);

void BM_from_base64(benchmark::State& state) {
  const std::string bytes = plain_text(static_cast<std::size_t>(state.range(0)));
  byte_buffer text;
  append_base64(text, bytes);
  if (from_base64(text.view()) != bytes) return state.SkipWithError("not the bytes");
  bench::run_counted(
      state, {.bytes = bytes.size()}, [&] { benchmark::DoNotOptimize(from_base64(text.view())); });
}
BENCHMARK(BM_from_base64)->ArgName("bytes")->Arg(536)->Arg(2860);

}  // namespace
}  // namespace tidewire
