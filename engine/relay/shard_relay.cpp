#include "relay/shard_relay.hpp"

#include "base/clock.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <random>
#include <utility>

namespace tidewire::relay {

using telemetry::level;

shard_relay::shard_relay(relay_services& services, entry_options entries, shard_start start)
    : services_(services),
      start_(std::move(start)),
      maker_(std::move(entries)),
      packer_(services.options.requests, std::random_device{}()),
      pace_(services.options.reading),
      read_backoff_({.first = milliseconds(200), .ceiling_max = services.options.retry_gap_max},
                    std::random_device{}()),
      bus_backoff_({.first = milliseconds(100), .ceiling_max = services.options.retry_gap_max},
                   std::random_device{}()),
      reader_bell_(services.executor),
      sender_bell_(services.executor),
      burier_bell_(services.executor),
      keeper_bell_(services.executor),
      gate_(services.executor) {}

asio::awaitable<void> shard_relay::run() {
  telemetry::log(level::info,
                 "relay",
                 "{}: reading from {}",
                 place(),
                 start_.resumed ? "its checkpoint " + start_.resumed->sequence_number
                                : std::string("its starting point"));
  gate_.start(read());
  gate_.start(send());
  gate_.start(bury());
  gate_.start(keep());
  co_await gate_.wait();
}

void shard_relay::stop() {
  if (stopping_) return;
  stopping_ = true;
  drain_until_ = clock::now() + services_.options.drain_max;
  reader_bell_.ring();
  sender_bell_.ring();
  burier_bell_.ring();
}

std::string shard_relay::place() const {
  return fmt::format("stream {} shard {}", start_.from.stream, start_.what.id);
}

// Sending: the packer says what may go, up to four requests at once; after a failed request one at
// a time, with a pause.

bool shard_relay::all_sent() const noexcept {
  return !reading_ && packer_.entry_count() == 0;
}
bool shard_relay::out_of_time() const noexcept {
  return stopping_ && clock::now() >= drain_until_;
}

asio::awaitable<void> shard_relay::send() {
  while (!all_sent() && !out_of_time()) {
    while (may_send() && clock::now() >= bus_pause_until_) {
      auto request = packer_.take(clock::now());
      if (request.empty()) break;
      ++in_flight_;
      gate_.start(put(std::move(request)));
    }
    co_await sender_bell_.wait_until(next_look());
  }
  while (in_flight_ > 0) co_await sender_bell_.wait();
  sending_ = false;
  burier_bell_.ring();
}

bool shard_relay::may_send() const noexcept {
  return in_flight_ < (bus_backoff_.is_failing() ? 1 : services_.options.requests_in_flight_max);
}

/// When to look again if nobody rings. While no further request may go, only the end of one under
/// way changes anything.
shard_relay::clock::time_point shard_relay::next_look() const {
  auto when = drain_until_;
  if (!may_send()) return when;
  if (bus_pause_until_ > clock::now()) return std::min(when, bus_pause_until_);
  if (const auto due = packer_.next_due()) when = std::min(when, *due);
  return when;
}

asio::awaitable<void> shard_relay::put(std::vector<relay_entry*> request) {
  const entry_options& to = maker_.options();
  std::vector<aws::event_entry> entries;
  entries.reserve(request.size());
  for (const relay_entry* entry : request)
    entries.push_back({to.source, to.detail_type, entry->detail, to.bus, entry->time_ms});
  ++services_.counters.requests;
  const auto answer = co_await services_.bus.put_events(entries);
  settle(request, answer);
  --in_flight_;
  sender_bell_.ring();
  reader_bell_.ring();
  keeper_bell_.ring();
}

void shard_relay::settle(std::vector<relay_entry*>& request,
                         const aws::outcome<std::vector<aws::event_entry_result>>& answer) {
  if (!answer) return settle_request_failure(request, answer.error());
  if (answer->size() != request.size()) {
    aws::failure odd;
    odd.what = aws::remedy::retry;
    odd.message =
        fmt::format("PutEvents answered {} results for {} entries", answer->size(), request.size());
    return settle_request_failure(request, odd);
  }
  bus_backoff_.succeeded();
  bus_failing_ = false;
  bool all_taken = true;
  for (std::size_t i = 0; i < request.size(); ++i) {
    relay_entry* const entry = request[i];
    const auto& error = (*answer)[i].error;
    if (!error) {
      ++services_.counters.relayed;
      prefix_.finished(entry->number);
      packer_.finished(entry);
    } else if (judge_entry(*error) == verdict::dead) {
      settle_dead(entry, *error);
    } else {
      all_taken = false;
      ++services_.counters.entries_failed;
      packer_.failed(entry, clock::now(), error->retry_after);
      bus_state_.failed(
          "entries",
          level::warning,
          fmt::format("{}: the bus {} refuses entries for now: {}; they are sent again",
                      place(),
                      maker_.options().bus,
                      describe(*error)));
    }
  }
  if (all_taken)
    bus_state_.fine([this] {
      return fmt::format("{}: the bus {} takes events again", place(), maker_.options().bus);
    });
}

void shard_relay::settle_request_failure(std::vector<relay_entry*>& request,
                                         const aws::failure& f) {
  ++services_.counters.requests_failed;
  const auto end = judge_request(f, request.size());
  if (end == verdict::dead) return settle_dead(request.front(), f);
  if (end == verdict::divided) {
    for (relay_entry* entry : request) entry->alone = true;
    return packer_.returned(request);
  }
  packer_.returned(request);
  bus_failing_ = true;
  // Several requests under way fail together: that is one failure of the bus.
  if (clock::now() >= bus_pause_until_)
    bus_pause_until_ = clock::now() + std::max(bus_backoff_.failed(), f.retry_after);
  bus_state_.failed("request:" + f.code,
                    level::warning,
                    fmt::format("{}: the bus {} cannot be reached: {}; trying on",
                                place(),
                                maker_.options().bus,
                                describe(f)));
}

void shard_relay::settle_dead(relay_entry* entry, const aws::failure& f) {
  dead_letter letter{.reason = describe(f),
                     .stream = start_.from.stream,
                     .shard = start_.what.id,
                     .sequence_number = prefix_.at(entry->number).sequence_number,
                     .sub_sequence_number = entry->sub_sequence_number,
                     .partition_key = entry->key,
                     .data = entry->original.empty() ? entry->detail : entry->original};
  bury_later(std::move(letter), entry->number);
  packer_.finished(entry);
}

std::int64_t shard_relay::behind_ms() const {
  const auto now = services_.options.now();
  const auto since_page = std::chrono::duration_cast<milliseconds>(clock::now() - page_at_);
  // At the end of the shard pages are asked for now and then; that is no delay.
  const bool at_end = page_behind_ms_ == 0 && since_page < 2 * services_.options.reading.idle_max;
  const std::int64_t unread = at_end ? 0 : page_behind_ms_ + since_page.count();
  const auto oldest = prefix_.oldest_ms();
  return std::max({std::int64_t{0}, unread, oldest ? unix_ms(now) - *oldest : 0});
}

std::string shard_relay::trouble() const {
  if (bus_failing_) return bus_state_.trouble();
  if (read_failing_) return read_state_.trouble();
  return disk_failing_ ? disk_state_.trouble() : std::string();
}

// Dead letters: one after the other. The record's key goes on meanwhile; its checkpoint waits.

void shard_relay::bury_later(dead_letter letter, std::uint64_t number) {
  ++services_.counters.dead;
  buried_bytes_ += letter.data.size();
  graves_.push_back({std::move(letter), number});
  burier_bell_.ring();
}

asio::awaitable<void> shard_relay::bury() {
  while (sending_ || !graves_.empty()) {
    if (graves_.empty()) {
      co_await burier_bell_.wait();
      continue;
    }
    if (out_of_time()) break;
    const std::size_t bytes = graves_.front().letter.data.size();
    const std::uint64_t number = graves_.front().number;
    dead_letter letter = std::move(graves_.front().letter);
    const bool is_durable = co_await services_.letters.put(std::move(letter));
    if (!is_durable) break;
    graves_.pop_front();
    buried_bytes_ -= bytes;
    prefix_.finished(number);
    reader_bell_.ring();
    keeper_bell_.ring();
  }
  burying_ = false;
  keeper_bell_.ring();
}

// Checkpoints: written when the gap-free prefix has moved, no more often than the gap says, and
// once at the end.

asio::awaitable<void> shard_relay::keep() {
  for (;;) {
    const bool is_last = !sending_ && !burying_;
    const bool is_saved = saved_passed_ == prefix_.passed() && saved_ended_ == ended();
    if (is_last && is_saved) co_return;
    if (is_saved) {
      co_await keeper_bell_.wait();
      continue;
    }
    const bool has_saved = co_await save();
    if (!has_saved && is_last && stopping_) co_return;
    // The last write does not wait for the gap; the bell may also have rung for mere progress, so
    // look at the clock.
    const auto next =
        clock::now() + (has_saved ? services_.options.checkpoint_gap : milliseconds(1000));
    while (clock::now() < next && !(has_saved && !sending_ && !burying_))
      co_await keeper_bell_.wait_until(next);
  }
}

checkpoint shard_relay::current() const {
  return {.stream = start_.from.stream,
          .shard = start_.what.id,
          .shard_start = start_.what.starting_sequence_number,
          .done = prefix_.end() ? prefix_.end() : start_.resumed,
          .from_ms = start_.from_ms,
          .ended = ended()};
}

asio::awaitable<bool> shard_relay::save() {
  const checkpoint now = current();
  const auto passed = prefix_.passed();
  std::function<checkpoint_result<bool>()> work = [folder = &services_.folder, now] {
    return folder->save(now);
  };
  const auto saved = co_await services_.disk.run(std::move(work));
  disk_failing_ = !saved;
  if (!saved) {
    disk_state_.failed(
        "disk", level::error, fmt::format("{}: {}; trying on", place(), saved.error().message));
    co_return false;
  }
  disk_state_.fine([this] { return fmt::format("{}: checkpoints are written again", place()); });
  saved_passed_ = passed;
  saved_ended_ = now.ended;
  co_return true;
}

}  // namespace tidewire::relay
