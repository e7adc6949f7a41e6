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

/// \param value no longer than the one that is there; may be that one.
void put_in_place(event::record_buffer& content, event::record& record, std::string_view value) {
  assert(value.size() <= record.value_size);
  char* const place = content.bytes.data() + record.value_offset;
  if (value.data() != place) std::ranges::copy(value, place);
  record.value_size = static_cast<std::uint32_t>(value.size());
}

/// An exception in a request is none that the world can cause (bad_alloc, a defect): it ends the
/// thread's run, not in silence.
void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

/// Requests that are launched before those go on that were: their bodies are hashed side by side,
/// and the endpoint has work while the next ones are made.
constexpr std::size_t launched_at_once = 4;

}  // namespace

publisher::publisher(const asio::any_io_executor& executor,
                     options how,
                     pipeline::exchange& between,
                     destination& to,
                     publisher_counters& counters,
                     letter_box* letters)
    : executor_(executor),
      how_(std::move(how)),
      between_(&between),
      to_(&to),
      counters_(&counters),
      letters_(letters),
      compressor_(how_.values),
      lanes_(how_.lanes) {
  assert(letters_ != nullptr || how_.on_refusal != refusal::dead_letter);
}

asio::awaitable<void> publisher::run() {
  while (!stopping_.load(std::memory_order_acquire) || in_flight_ > 0) {
    while (pipeline::batch* const b = between_->take_filled()) take_in(*b);
    if (!stopping_.load(std::memory_order_acquire)) {
      while (launch_some() == launched_at_once) co_await asio::post(executor_, asio::use_awaitable);
    } else if (letters_ != nullptr) {
      letters_->stop();
    }
    co_await between_->publisher_bell().wait_until(
        lanes_.next_due().value_or(clock::time_point::max()));
  }
}

void publisher::stop() {
  stopping_.store(true, std::memory_order_release);
  between_->publisher_bell().ring();
}

void publisher::take_in(pipeline::batch& b) {
  if (b.content.records.empty()) return between_->give_back(b);
  if (how_.values != compression::none) compress(b.content);
  lanes_.add(b);
}

/// In their places, since what is compressed is shorter or as it was.
void publisher::compress(event::record_buffer& content) {
  for (event::record& record : content.records)
    put_in_place(content, record, compressor_.pack(content.value(record)));
}

std::size_t publisher::launch_some() {
  const auto now = clock::now();
  std::size_t count = 0;
  for (; count < launched_at_once && in_flight_ < how_.requests_max; ++count) {
    if (idle_flights_.empty()) idle_flights_.push_back(std::make_unique<flight>());
    if (!lanes_.take(now, to_->limits(), idle_flights_.back()->request)) break;
    auto mine = std::move(idle_flights_.back());
    idle_flights_.pop_back();
    ++in_flight_;
    asio::co_spawn(executor_, fly(std::move(mine)), rethrow);
  }
  return count;
}

asio::awaitable<void> publisher::fly(std::unique_ptr<flight> mine) {
  mine->outcome.verdicts.clear();
  mine->outcome.durable_bytes.reset();
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
    constexpr std::size_t lookahead = pipeline::lanes::lookahead;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i + lookahead < records.size()) lanes_.expect_durable(*records[i + lookahead]);
      settle_record(*records[i], all.verdicts[i], all, sum);
    }
    add(counters_->records, sum.records);
    add(counters_->bytes, all.durable_bytes.value_or(sum.bytes));
    add(counters_->retries, sum.retries);
    add(counters_->skipped, sum.skipped);
  }
  lanes_.request_done(stream, pause);
}

void publisher::settle_record(pipeline::record_state& r,
                              const verdict& v,
                              const report& all,
                              tally& sum) {
  switch (v.what) {
    case fate::durable:
      ++sum.records;
      sum.bytes += r.payload_bytes;
      finish(r);
      break;
    case fate::skipped:
      ++sum.skipped;
      finish(r);
      break;
    case fate::refused:
      settle_refused(r, all, sum);
      break;
    case fate::again:
    case fate::slow_down:
      ++sum.retries;
      lanes_.again(r, clock::now() + backoff(v, r.failures + 1U, random()));
      break;
  }
}

void publisher::finish(pipeline::record_state& r) {
  pipeline::batch& owner = *r.owner;
  lanes_.durable(r);
  if (pipeline::lanes::finished(owner)) between_->give_back(owner);
}

void publisher::settle_refused(pipeline::record_state& r, const report& all, tally& sum) {
  const event::record& record = r.record();
  const std::size_t size = std::size_t{record.key_size} + record.value_size;
  const auto say = [&](level l, std::string_view end) {
    telemetry::log(l,
                   "sinks",
                   "{} {} refuses a record of {} bytes, transaction {} number {}: {}; {}",
                   to_->kind(),
                   record.destination->name,
                   size,
                   to_string(record.id.commit),
                   record.id.ordinal,
                   all.reason,
                   end);
  };
  if (shorten(r)) {
    say(level::warning, "it goes again with the columns of tidewire.sink.oversize.columns cut");
    ++sum.retries;
    lanes_.again(r, clock::now());
  } else if (how_.on_refusal == refusal::skip) {
    say(level::error, "skipped, as tidewire.sink.oversize=skip says");
    ++sum.skipped;
    finish(r);
  } else if (how_.on_refusal == refusal::dead_letter) {
    say(level::error, "it goes to the dead letters");
    ++in_flight_;
    lanes_.hold(r);
    asio::co_spawn(executor_, bury(r, all.reason), rethrow);
  } else {
    say(level::error,
        "its key waits, and the position stays before it, until the sink takes it after a restart "
        "or tidewire.sink.oversize says otherwise");
    add(counters_->held, 1);
    lanes_.hold(r);
  }
}

/// The shorter event takes the place of the longer one in its batch.
bool publisher::shorten(pipeline::record_state& r) {
  if (!how_.shorten) return false;
  const auto whole = unpacker_.unpack(r.value());
  const auto shorter = whole ? how_.shorten(*whole) : std::nullopt;
  if (!shorter) return false;
  const std::string_view value = compressor_.pack(*shorter);
  if (value.size() >= r.value().size()) return false;
  event::record_buffer& content = r.owner->content;
  put_in_place(content, content.records[r.index], value);
  r.measure();
  add(counters_->shortened, 1);
  return true;
}

/// Until its bytes are kept elsewhere the record is held, and its key waits.
asio::awaitable<void> publisher::bury(pipeline::record_state& r, std::string reason) {
  if (co_await letters_->put(r, std::move(reason))) {
    add(counters_->dead_letters, 1);
    pipeline::batch& owner = *r.owner;
    lanes_.release(r);
    if (pipeline::lanes::finished(owner)) between_->give_back(owner);
  }
  --in_flight_;
  between_->publisher_bell().ring();
}

condition& publisher::condition_of(const event::stream& s) {
  if (s.index >= streams_.size()) streams_.resize(s.index + 1);
  return streams_[s.index];
}

namespace {

/// What a reason alone does not say.
std::string with_remedy(const std::string& reason) {
  const auto says = [&](std::string_view code) { return reason.find(code) != std::string::npos; };
  if (says("ResourceNotFoundException") || says("QueueDoesNotExist") || says("NonExistentQueue"))
    return reason + " (`tidewire provision` makes what the file asks for)";
  return reason;
}

}  // namespace

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
      say(level::warning, stream.failed(now, name, with_remedy(outcome.reason), wholly));
  }
  const auto takes_nothing = [](const condition& c) { return c.failures_in_a_row() > 0; };
  const auto worst = std::ranges::find_if(streams_, takes_nothing);
  const bool failing = sink_.failing() || worst != streams_.end();
  if (failing) counters_->trouble.set(sink_.failing() ? sink_.trouble() : worst->trouble());
  counters_->failing.store(failing, std::memory_order_relaxed);
}

}  // namespace tidewire::sinks
