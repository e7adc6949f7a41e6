#include "postgres/copied_change.hpp"
#include "postgres/copy_frames.hpp"
#include "postgres/copy_text.hpp"
#include "postgres/message_bytes.hpp"
#include "postgres/pgoutput.hpp"
#include "postgres/replication_message.hpp"
#include "support/counted_loop.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::postgres {
namespace {

using testing::message_bytes;
using row = std::vector<std::string>;

/// inventory.products of the seed.
const row seed = {"104",
                  "hammer",
                  "12oz carpenter's hammer",
                  "2024-01-02 03:04:05.678901",
                  "2024-01-02 03:04:05.678901"};

/// 20 columns, about 1 KB, with what a snapshot's text format escapes.
row wide_row() {
  row made = {
      "104", "2147483647", "9007199254740993", "12345678.90", "t", "3.1415926", "2024-02-29"};
  while (made.size() < 14) made.emplace_back("2024-02-29 13:14:15.678912+00");
  while (made.size() < 19)
    made.push_back("lorem ipsum dolor sit amet, consectetur\tadipiscing elit,\n" +
                   std::string(90, 'x') + "\\ and the end");
  made.emplace_back("");
  return made;
}
const row wide = wide_row();

void append_tuple(message_bytes& to, const row& columns) {
  to.i16(static_cast<int>(columns.size()));
  for (const std::string& column : columns) to.text_column(column);
}

std::string insert_of(const row& columns) {
  message_bytes made('I');
  append_tuple(made.i32(16385).raw("N"), columns);
  return made.str();
}

/// Under REPLICA IDENTITY FULL: both rows.
std::string update_of(const row& columns) {
  message_bytes made('U');
  append_tuple(made.i32(16385).raw("O"), columns);
  append_tuple(made.raw("N"), columns);
  return made.str();
}

bool same(tuple_view found, const row& expected) {
  return std::ranges::equal(found, expected, [](const value_view& f, const std::string& e) {
    return f.kind == value_kind::text && f.bytes == e;
  });
}

void BM_decode_insert(benchmark::State& state, const row& columns) {
  const std::string message = insert_of(columns);
  pgoutput_decoder decoder;
  const auto decoded = decoder.decode(message);
  const auto* const found = decoded ? std::get_if<insert_message>(&*decoded) : nullptr;
  if (found == nullptr || !same(found->new_row, columns)) return state.SkipWithError("wrong row");
  bench::run_counted(
      state, {.bytes = message.size()}, [&] { benchmark::DoNotOptimize(decoder.decode(message)); });
}
BENCHMARK_CAPTURE(BM_decode_insert, seed, seed);
BENCHMARK_CAPTURE(BM_decode_insert, wide, wide);

void BM_decode_update(benchmark::State& state, const row& columns) {
  const std::string message = update_of(columns);
  pgoutput_decoder decoder;
  const auto decoded = decoder.decode(message);
  const auto* const found = decoded ? std::get_if<update_message>(&*decoded) : nullptr;
  if (found == nullptr || !same(found->old_row, columns) || !same(found->new_row, columns))
    return state.SkipWithError("wrong rows");
  bench::run_counted(
      state, {.bytes = message.size()}, [&] { benchmark::DoNotOptimize(decoder.decode(message)); });
}
BENCHMARK_CAPTURE(BM_decode_update, seed, seed);
BENCHMARK_CAPTURE(BM_decode_update, wide, wide);

/// As many changes as the walsender sends in a look of the reader, each in its XLogData.
std::string stream_of(const std::string& change, std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string piece = message_bytes('w').i64(i).i64(i).i64(3).raw(change).str();
    bytes += message_bytes('d').i32(static_cast<std::int64_t>(piece.size() + 4)).raw(piece).str();
  }
  return bytes;
}

/// From the bytes of a read to the payloads; a copy stands for the socket's.
void BM_frame_stream(benchmark::State& state, const row& columns) {
  constexpr std::size_t count = 200;
  const std::string change = insert_of(columns);
  const std::string bytes = stream_of(change, count);
  copy_frames frames;
  std::size_t found = 0;
  const auto read = [&](auto&& seen) {
    std::memcpy(frames.prepare(bytes.size()), bytes.data(), bytes.size());
    frames.commit(bytes.size());
    std::string_view body;
    while (frames.next(body) == copy_frames::kind::data) {
      const auto message = decode_replication_message(body);
      if (message) seen(std::get<xlog_data>(*message));
    }
  };
  read([&](const xlog_data& piece) {
    if (piece.payload == change && piece.start == lsn{found}) ++found;
  });
  if (found != count) return state.SkipWithError("wrong changes");
  bench::run_counted(state, {.items = count, .bytes = bytes.size()}, [&] {
    read([](const xlog_data& piece) { benchmark::DoNotOptimize(piece.payload.data()); });
  });
}
BENCHMARK_CAPTURE(BM_frame_stream, seed, seed);
BENCHMARK_CAPTURE(BM_frame_stream, wide, wide);

/// A row of a backlog that is read by SQL: its position and the message, in COPY's binary format.
void BM_read_copied(benchmark::State& state) {
  const std::string change = insert_of(seed);
  const std::string bytes = message_bytes('\0')
                                .raw("\x02")
                                .i32(8)
                                .i64(152744456)
                                .i32(static_cast<std::int64_t>(change.size()))
                                .raw(change)
                                .str();
  xlog_data found;
  const auto what = read_copied(bytes, found);
  if (!what || *what != copied::change || found.payload != change || found.start != lsn{152744456})
    return state.SkipWithError("wrong change");
  bench::run_counted(state, {.bytes = bytes.size()}, [&] {
    benchmark::DoNotOptimize(read_copied(bytes, found));
    benchmark::DoNotOptimize(found);
  });
}
BENCHMARK(BM_read_copied);

/// As COPY … TO STDOUT writes a row in text format.
std::string line_of(const row& columns) {
  std::string line;
  for (const std::string& column : columns) {
    if (!line.empty()) line += '\t';
    for (const char c : column) {
      if (c == '\t') {
        line += "\\t";
      } else if (c == '\n') {
        line += "\\n";
      } else if (c == '\\') {
        line += "\\\\";
      } else {
        line += c;
      }
    }
  }
  return line + '\n';
}

void BM_split_copy_text(benchmark::State& state, const row& columns) {
  const std::string line = line_of(columns);
  copy_text_row split;
  if (split.assign(line, columns.size()).failed() || !same(split.columns(), columns))
    return state.SkipWithError("wrong row");
  bench::run_counted(state, {.bytes = line.size()}, [&] {
    benchmark::DoNotOptimize(split.assign(line, columns.size()));
    benchmark::DoNotOptimize(split.columns().data());
  });
}
BENCHMARK_CAPTURE(BM_split_copy_text, seed, seed);
BENCHMARK_CAPTURE(BM_split_copy_text, wide, wide);

}  // namespace
}  // namespace tidewire::postgres
