#include "pipeline/batch_pool.hpp"
#include "pipeline/exchange.hpp"
#include "pipeline/lanes.hpp"
#include "pipeline/outlet.hpp"
#include "pipeline/spsc_ring.hpp"
#include "pipeline/support.hpp"
#include "support/counted_loop.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tidewire::pipeline {
namespace {

const event::stream orders{.index = 0, .name = "orders"};
const std::string value(550, 'v');  // with its key an event of the seed's table

/// Numbers from a thread to another; who finds the ring full or empty lets the other run.
void BM_ring(benchmark::State& state) {
  constexpr std::uint64_t count = 1U << 18U;
  spsc_ring<std::uint64_t> ring(static_cast<std::size_t>(state.range(0)));
  std::uint64_t sum = 0;
  bench::run_counted(state, {.items = count}, [&] {
    std::jthread producer([&ring] {
      for (std::uint64_t i = 1; i <= count; ++i)
        while (!ring.try_push(i)) std::this_thread::yield();
    });
    sum = 0;
    std::uint64_t number = 0;
    for (std::uint64_t taken = 0; taken < count; ++taken) {
      while (!ring.try_pop(number)) std::this_thread::yield();
      sum = sum * 31 + number;  // also wrong when the order is
    }
  });
  std::uint64_t expected = 0;
  for (std::uint64_t i = 1; i <= count; ++i) expected = expected * 31 + i;
  if (sum != expected) state.SkipWithError("not what was sent");
}
BENCHMARK(BM_ring)->ArgName("capacity")->Arg(16)->Arg(256)->UseRealTime();

/// The reader's side of a batch without the encoding: 500 records are written, leave and come back.
void BM_fill_and_seal(benchmark::State& state) {
  constexpr std::size_t count = 500;
  boost::asio::io_context io(1);
  doorbell bell(io.get_executor());
  batch_pool pool({});
  exchange between(256, io.get_executor(), bell);
  outlet out({}, pool, {&between});
  std::uint64_t commit = 0;
  std::size_t bytes = 0;
  const auto turn = [&] {
    if (!out.has_room()) return std::size_t{0};
    for (std::size_t i = 0; i < count; ++i) {
      event::record_buffer& to = out.for_key(i);
      event::record r;
      r.destination = &orders;
      r.key_hash = i;
      r.value_offset = static_cast<std::uint32_t>(to.bytes.size());
      r.value_size = static_cast<std::uint32_t>(value.size());
      to.bytes.append(value);
      to.records.push_back(r);
    }
    out.committed(lsn{++commit});
    out.seal();
    batch* const b = between.take_filled();
    const std::size_t sent = b == nullptr ? 0 : b->content.records.size();
    if (b != nullptr) {
      bytes = b->content.bytes.size();
      between.give_back(*b);
    }
    out.collect();
    return sent;
  };
  const std::size_t sent = turn();
  if (sent != count || bytes != count * value.size() || out.durable() != lsn{commit})
    return state.SkipWithError("not what was written");
  bench::run_counted(
      state, {.items = count, .bytes = bytes}, [&] { benchmark::DoNotOptimize(turn()); });
  if (out.durable() != lsn{commit}) state.SkipWithError("not all of it came back");
}
BENCHMARK(BM_fill_and_seal);

/// The publisher's side without the sending: 10,000 records in 20 batches of so many keys in turn
/// go in, are taken for requests as large as may be, and are durable at once.
class publisher {
 public:
  static constexpr std::size_t batch_count = 20;
  static constexpr std::size_t records_each = 500;
  static constexpr std::size_t count = batch_count * records_each;

  publisher(ordering order, std::uint64_t keys) : lanes_({.order = order}) {
    for (std::size_t i = 0; i < count; ++i)
      testing::append(batches_[i / records_each], orders, i % keys, value);
  }

  /// \return the records that became durable.
  template <class Seen>
  std::size_t run(Seen seen) {
    std::size_t durable = 0;
    for (batch& b : batches_) lanes_.add(b);
    while (lanes_.take({}, {}, request_)) {
      seen(request_);
      durable += request_.records.size();
      for (record_state* const r : request_.records) lanes_.durable(*r);
      lanes_.request_done(*request_.destination, {});
    }
    return durable;
  }
  std::size_t unsettled() const { return lanes_.unsettled_count(); }
  /// The place among all records.
  std::size_t place(const record_state& r) const {
    return static_cast<std::size_t>(r.owner - batches_.data()) * records_each + r.index;
  }

 private:
  std::array<batch, batch_count> batches_;
  lanes lanes_;
  lanes::request request_;
};

void BM_lanes(benchmark::State& state, ordering order) {
  const auto keys = static_cast<std::uint64_t>(state.range(0));
  const auto p = std::make_unique<publisher>(order, keys);
  std::vector<std::size_t> next(keys);  // of each key, which of its records is due
  bool in_order = true;
  const std::size_t durable = p->run([&](const lanes::request& r) {
    for (const record_state* const one : r.records) {
      const std::size_t place = p->place(*one);
      in_order = in_order && (order == ordering::none || place / keys == next[place % keys]++);
    }
  });
  if (durable != publisher::count || p->unsettled() != 0)
    return state.SkipWithError("records are missing");
  if (!in_order) return state.SkipWithError("a key's records went out of order");
  bench::run_counted(state, {.items = publisher::count}, [&] {
    benchmark::DoNotOptimize(p->run([](const lanes::request&) {}));
  });
}
BENCHMARK_CAPTURE(BM_lanes, ordering_key, ordering::key)
    ->ArgName("keys")
    ->Arg(1)
    ->Arg(100)
    ->Arg(10'000);
BENCHMARK_CAPTURE(BM_lanes, ordering_none, ordering::none)
    ->ArgName("keys")
    ->Arg(1)
    ->Arg(100)
    ->Arg(10'000);

}  // namespace
}  // namespace tidewire::pipeline
