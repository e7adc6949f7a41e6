#include "sinks/publisher.hpp"

#include "sinks/backoff.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

namespace tidewire::sinks {
namespace {

using telemetry::level;

void add(std::atomic<std::uint64_t>& counter, std::uint64_t count) noexcept {
  counter.fetch_add(count, std::memory_order_relaxed);
}

bool must_go_again(const verdict& v) noexcept {
  return v.what == fate::again || v.what == fate::slow_down;
}

/// An exception in a request is none that the world can cause (bad_alloc, a defect): it ends the
/// thread's run, not in silence.
void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

}  // namespace

publisher::publisher(const asio::any_io_executor& executor,
                     options how,
                     pipeline::exchange& between,
                     destination& to,
                     publisher_counters& counters)
    : executor_(executor),
      how_(how),
      between_(&between),
      to_(&to),
      counters_(&counters),
      lanes_(how.lanes) {}

asio::awaitable<void> publisher::run() {
  while (!stopping_.load(std::memory_order_acquire) || in_flight_ > 0) {
    while (pipeline::batch* const b = between_->take_filled()) {
      if (b->content.records.empty())
        between_->give_back(*b);
      else
        lanes_.add(*b);
    }
    if (!stopping_.load(std::memory_order_acquire)) launch_all();
    co_await between_->publisher_bell().wait_until(
        lanes_.next_due().value_or(clock::time_point::max()));
  }
}

void publisher::stop() {
  stopping_.store(true, std::memory_order_release);
  between_->publisher_bell().ring();
}

void publisher::launch_all() {
  const auto now = clock::now();
  while (in_flight_ < how_.requests_max) {
    if (idle_flights_.empty()) idle_flights_.push_back(std::make_unique<flight>());
    if (!lanes_.take(now, to_->limits(), idle_flights_.back()->request)) return;
    auto mine = std::move(idle_flights_.back());
    idle_flights_.pop_back();
    ++in_flight_;
    asio::co_spawn(executor_, fly(std::move(mine)), rethrow);
  }
}

asio::awaitable<void> publisher::fly(std::unique_ptr<flight> mine) {
  mine->outcome.verdicts.clear();
  mine->outcome.unreachable = false;
  mine->outcome.reason.clear();
  add(counters_->requests, 1);
  co_await to_->send(mine->request, mine->outcome);
  settle(*mine);
  idle_flights_.push_back(std::move(mine));
  --in_flight_;
  between_->publisher_bell().ring();
}

void publisher::settle(const flight& done) {
  const report& all = done.outcome;
  const auto& records = done.request.records;
  assert(all.verdicts.size() == records.size());
  const bool wholly = std::ranges::all_of(all.verdicts, must_go_again);
  note(done, wholly);
  const event::stream& stream =
      *done.request.destination;  // the records may be gone with their batch further down
  std::optional<clock::time_point> pause;
  if (wholly) {
    const unsigned failures =
        std::max(sink_.failures_in_a_row(), condition_of(stream).failures_in_a_row());
    pause = clock::now() + backoff(all.verdicts.front(), failures, random());
    for (pipeline::record_state* r : records) lanes_.again(*r, *pause);
    add(counters_->retries, records.size());
  } else {
    tally sum;
    for (std::size_t i = 0; i < records.size(); ++i)
      settle_record(*records[i], all.verdicts[i], all, sum);
    add(counters_->records, sum.records);
    add(counters_->bytes, sum.bytes);
    add(counters_->retries, sum.retries);
    add(counters_->skipped, sum.skipped);
  }
  lanes_.request_done(stream, pause);
}

void publisher::settle_record(pipeline::record_state& r,
                              const verdict& v,
                              const report& all,
                              tally& sum) {
  const event::record& record = r.record();
  const bool skip =
      v.what == fate::skipped || (v.what == fate::refused && how_.on_refusal == refusal::skip);
  if (v.what == fate::refused) {
    telemetry::log(level::error,
                   "sinks",
                   "{} {} refuses a record of {} bytes, transaction {} number {}: {}; {}",
                   to_->kind(),
                   record.destination->name,
                   std::size_t{record.key_size} + record.value_size,
                   to_string(record.id.commit),
                   record.id.ordinal,
                   all.reason,
                   skip ? "skipped, as tidewire.sink.oversize=skip says"
                        : "its key waits, and the position stays before it, until the sink takes "
                          "it after a restart or tidewire.sink.oversize=skip");
  }
  if (v.what == fate::durable || skip) {
    if (skip) {
      ++sum.skipped;
    } else {
      ++sum.records;
      sum.bytes += std::uint64_t{record.key_size} + record.value_size;
    }
    pipeline::batch& owner = *r.owner;
    lanes_.durable(r);
    if (pipeline::lanes::finished(owner)) between_->give_back(owner);
  } else if (v.what == fate::refused) {
    add(counters_->held, 1);
    lanes_.hold(r);
  } else {
    ++sum.retries;
    lanes_.again(r, clock::now() + backoff(v, r.failures + 1U, random()));
  }
}

condition& publisher::condition_of(const event::stream& s) {
  if (s.index >= streams_.size()) streams_.resize(s.index + 1);
  return streams_[s.index];
}

void publisher::note(const flight& done, bool wholly) {
  const auto now = clock::now();
  const report& outcome = done.outcome;
  condition& stream = condition_of(*done.request.destination);
  const bool all_well = std::ranges::none_of(outcome.verdicts, must_go_again);
  if (all_well && !stream.failing() && !sink_.failing()) return;
  const std::string name = fmt::format("{} {}", to_->kind(), done.request.destination->name);
  const auto say = [](level l, const std::optional<std::string>& news) {
    if (news) telemetry::log(l, "sinks", "{}", *news);
  };
  if (outcome.unreachable) {
    say(level::warning, sink_.failed(now, "the sink", outcome.reason, true));
  } else {
    say(level::info, sink_.worked(now, "the sink"));
    if (all_well)
      say(level::info, stream.worked(now, name));
    else
      say(level::warning, stream.failed(now, name, outcome.reason, wholly));
  }
  const bool failing = sink_.failing() || std::ranges::any_of(streams_, [](const condition& c) {
                         return c.failures_in_a_row() > 0;
                       });
  counters_->failing.store(failing, std::memory_order_relaxed);
}

}  // namespace tidewire::sinks
