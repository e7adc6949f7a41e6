#include "relay/stream_relay.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <random>
#include <utility>

namespace tidewire::relay {

using std::chrono::milliseconds;
using telemetry::level;

stream_relay::stream_relay(relay_services& services, entry_options entries)
    : services_(services),
      entries_(std::move(entries)),
      backoff_({.first = milliseconds(200), .ceiling_max = services.options.retry_gap_max},
               std::random_device{}()),
      bell_(services.executor),
      gate_(services.executor) {}

asio::awaitable<void> stream_relay::run() {
  const bool is_ours = co_await own();
  if (!is_ours) co_return;
  const auto checkpoints = co_await load();
  if (!checkpoints) co_return;
  shard_order order(
      entries_.stream, services_.options.start, *checkpoints, services_.options.now());
  while (!stopping_) {
    list_again_ = false;
    if (co_await list(order)) {
      co_await start_shards(order);
      const auto next = clock::now() + services_.options.listing_gap;
      while (!stopping_ && !list_again_ && clock::now() < next) co_await bell_.wait_until(next);
    } else {
      const auto wait = backoff_.failed();
      co_await rest(wait);
    }
  }
  for (auto& one : shards_) one.stop();
  co_await gate_.wait();
}

void stream_relay::stop() {
  stopping_ = true;
  for (auto& one : shards_) one.stop();
  bell_.ring();
}

stream_state stream_relay::state() const {
  stream_state now{.stream = entries_.stream, .shards = shards_.size()};
  if (!is_well_)
    now.trouble = state_.trouble().empty() ? "it was not looked at yet" : state_.trouble();
  for (const auto& one : shards_) {
    now.behind_ms = std::max(now.behind_ms, one.behind_ms());
    if (now.trouble.empty()) now.trouble = one.trouble();
  }
  return now;
}

/// Waits until no other relay has the stream in this folder. False: stopped.
asio::awaitable<bool> stream_relay::own() {
  while (!stopping_) {
    const auto locked = services_.folder.lock(entries_.stream);
    if (locked && *locked) co_return true;
    state_.failed(
        "locked",
        locked ? level::info : level::error,
        locked
            ? fmt::format("stream {}: another relay has it; waiting for it to end", entries_.stream)
            : fmt::format("stream {}: {}; trying on", entries_.stream, locked.error().message));
    co_await rest(milliseconds(500));
  }
  co_return false;
}

asio::awaitable<std::optional<std::vector<checkpoint>>> stream_relay::load() {
  while (!stopping_) {
    std::function<checkpoint_result<std::vector<checkpoint>>()> work =
        [folder = &services_.folder, stream = entries_.stream] { return folder->load(stream); };
    auto loaded = co_await services_.disk.run(std::move(work));
    if (loaded) co_return std::move(*loaded);
    state_.failed("damaged",
                  level::error,
                  fmt::format("stream {}: {}; waiting", entries_.stream, loaded.error().message));
    co_await rest(milliseconds(1000));
  }
  co_return std::nullopt;
}

asio::awaitable<bool> stream_relay::list(shard_order& order) {
  const auto shards = co_await services_.kinesis.list_shards(entries_.stream);
  is_well_ = shards.has_value();
  if (!shards) {
    const auto& why = shards.error();
    const bool is_missing = why.code == "ResourceNotFoundException";
    state_.failed("list:" + why.code,
                  level::warning,
                  is_missing ? fmt::format("stream {}: there is none of that name; waiting for it",
                                           entries_.stream)
                             : fmt::format("stream {}: its shards cannot be listed: {}; trying on",
                                           entries_.stream,
                                           describe(why)));
    co_return false;
  }
  backoff_.succeeded();
  if (!std::exchange(is_found_, true))
    telemetry::log(level::info,
                   "relay",
                   "stream {}: found with {} shards; to bus {} as {}",
                   entries_.stream,
                   shards->size(),
                   entries_.bus,
                   entries_.detail_type);
  state_.fine([this] { return fmt::format("stream {}: can be listed again", entries_.stream); });
  order.learn(*shards);
  for (const auto& id : order.take_stale())
    telemetry::log(level::warning,
                   "relay",
                   "stream {} shard {}: the stream was made anew since its checkpoint was written; "
                   "reading it from its beginning",
                   entries_.stream,
                   id);
  co_return true;
}

asio::awaitable<void> stream_relay::start_shards(shard_order& order) {
  for (const auto& passed : order.take_passed_over()) {
    std::function<checkpoint_result<bool>()> work = [folder = &services_.folder, passed] {
      return folder->save(passed);
    };
    const auto saved = co_await services_.disk.run(std::move(work));
    if (!saved)
      telemetry::log(
          level::error, "relay", "stream {}: {}", entries_.stream, saved.error().message);
  }
  for (auto& start : order.take_startable()) {
    shard_relay& one = shards_.emplace_back(services_, entries_, std::move(start));
    if (stopping_) one.stop();
    gate_.start(run_shard(one, order));
  }
}

asio::awaitable<void> stream_relay::run_shard(shard_relay& one, shard_order& order) {
  co_await one.run();
  if (one.ended()) {
    telemetry::log(level::info,
                   "relay",
                   "stream {} shard {}: read to its end",
                   entries_.stream,
                   one.shard().id);
    order.learn(one.children());
    order.ended(one.shard().id);
    list_again_ = true;
    bell_.ring();
  }
  shards_.remove_if([&one](const shard_relay& other) { return &other == &one; });
}

asio::awaitable<void> stream_relay::rest(milliseconds time) {
  const auto until = clock::now() + time;
  while (!stopping_ && clock::now() < until) co_await bell_.wait_until(until);
}

}  // namespace tidewire::relay
