#include "aws/kpl.hpp"
#include "base/clock.hpp"
#include "relay/shard_relay.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

/// The reading half of shard_relay.
namespace tidewire::relay {

using telemetry::level;

asio::awaitable<void> shard_relay::read() {
  // Where "latest" was is written down before anything is read, so that a restart does not begin
  // later.
  if (start_.from_ms && !start_.resumed)
    while (!co_await save() && !stopping_) co_await rest(milliseconds(1000));
  std::string iterator;
  while (!stopping_) {
    if (iterator.empty()) iterator = co_await open();
    if (stopping_) break;
    auto page = co_await services_.kinesis.get_records(iterator, pace_.page_limit());
    if (!page) {
      const auto wait = read_failed(page.error(), iterator);
      co_await rest(wait);
      continue;
    }
    read_backoff_.succeeded();
    read_failing_ = false;
    page_behind_ms_ = page->behind_latest_ms;
    page_at_ = clock::now();
    read_state_.fine([this] { return fmt::format("{}: reading again", place()); });
    const std::size_t records = page->records.size();
    std::size_t bytes = 0;
    for (const auto& record : page->records) bytes += record.data.size();
    auto taking = take_in_page(std::move(page->records));
    co_await std::move(taking);
    if (stopping_) break;  // perhaps before the end of the page
    if (page->next_iterator.empty()) {
      children_ = std::move(page->children);
      ended_ = true;
      break;
    }
    iterator = std::move(page->next_iterator);
    const auto wait = pace_.after_page(records, bytes, clock::now());
    co_await rest(wait);
  }
  reading_ = false;
  sender_bell_.ring();
  keeper_bell_.ring();
}

/// An iterator behind the last record read; tries until there is one, or answers nothing when
/// stopped.
asio::awaitable<std::string> shard_relay::open() {
  while (!stopping_) {
    aws::iterator_request from = start_.from;
    if (!last_read_.empty()) {
      from.type = aws::iterator_type::after_sequence_number;
      from.sequence_number = last_read_;
    }
    const auto iterator = co_await services_.kinesis.get_shard_iterator(from);
    if (iterator) {
      // Should this one expire before anything was read, "latest" is still where it was.
      if (start_.from.type == aws::iterator_type::latest) {
        start_.from.type = aws::iterator_type::at_timestamp;
        start_.from.timestamp =
            std::chrono::system_clock::time_point(milliseconds(start_.from_ms.value_or(0)));
      }
      co_return *iterator;
    }
    const bool is_by_number = !from.sequence_number.empty();
    if (is_by_number && iterator.error().code == "InvalidArgumentException") {
      telemetry::log(level::warning,
                     "relay",
                     "{}: knows no record {} any more ({}); reading it from its beginning",
                     place(),
                     from.sequence_number,
                     describe(iterator.error()));
      last_read_.clear();
      start_.from.type = aws::iterator_type::trim_horizon;
      start_.from.sequence_number.clear();
      start_.skip_through.reset();
      continue;
    }
    std::string none;
    const auto wait = read_failed(iterator.error(), none);
    co_await rest(wait);
  }
  co_return std::string();
}

/// How long to wait; the iterator is emptied where a new one is needed.
shard_relay::milliseconds shard_relay::read_failed(const aws::failure& f, std::string& iterator) {
  if (f.what == aws::remedy::slow_down) {
    ++services_.counters.throttled_reads;
    return std::max(pace_.after_throttling(clock::now()), f.retry_after);
  }
  const bool is_refused = !f.transport && f.what == aws::remedy::none;
  const bool is_expired = f.code == "ExpiredIteratorException";
  if (is_refused || is_expired) iterator.clear();
  if (is_expired) return milliseconds(0);
  read_failing_ = true;
  read_state_.failed("failed:" + f.code,
                     level::warning,
                     fmt::format("{}: cannot be read: {}; trying on", place(), describe(f)));
  return std::max(read_backoff_.failed(), f.retry_after);
}

/// Sleeps, but wakes up to be stopped.
asio::awaitable<void> shard_relay::rest(milliseconds time) {
  const auto until = clock::now() + time;
  while (!stopping_ && clock::now() < until) co_await reader_bell_.wait_until(until);
}

/// Waits for room behind every record that leaves none: a page of compressed records may hold many
/// times what it weighs.
asio::awaitable<void> shard_relay::take_in_page(std::vector<aws::stream_record> records) {
  for (const auto& record : records) {
    if (stopping_) break;
    take_in(record);
    while (buffered_bytes() > services_.options.buffer_bytes_max && !stopping_) {
      sender_bell_.ring();
      keeper_bell_.ring();
      co_await reader_bell_.wait();
    }
  }
  sender_bell_.ring();
  keeper_bell_.ring();
}

void shard_relay::take_in(const aws::stream_record& record) {
  ++services_.counters.records;
  last_read_ = record.sequence_number;
  const auto data = services_.packed.unpack(record.data);
  if (!data) {
    ++services_.counters.events;
    const auto number = prefix_.read({record.sequence_number, std::nullopt}, record.arrival_ms);
    bury_later({.reason = std::string(describe(data.error())),
                .stream = start_.from.stream,
                .shard = start_.what.id,
                .sequence_number = record.sequence_number,
                .sub_sequence_number = {},
                .partition_key = record.partition_key,
                .data = record.data},
               number);
    return;
  }
  const auto events = aws::deaggregate(record.partition_key, *data);
  if (events.empty())
    prefix_.finished(prefix_.read({record.sequence_number, std::nullopt}, record.arrival_ms));
  for (const aws::user_record& event : events)
    take_in_event(event, record, &event == &events.back());
}

void shard_relay::take_in_event(const aws::user_record& event,
                                const aws::stream_record& record,
                                bool is_last) {
  const bool is_done = start_.skip_through && event.aggregated &&
                       record.sequence_number == start_.resumed->sequence_number &&
                       event.sub_sequence_number <= *start_.skip_through;
  if (is_done) return;
  ++services_.counters.events;
  position where{record.sequence_number, std::nullopt};
  if (!is_last) where.sub_sequence_number = event.sub_sequence_number;
  const auto number = prefix_.read(std::move(where), record.arrival_ms);
  std::optional<std::uint64_t> sub;
  if (event.aggregated) sub = event.sub_sequence_number;

  auto verdict = maker_.make(event.data);
  if (auto* made = std::get_if<made_entry>(&verdict)) {
    relay_entry entry{.key = std::string(event.partition_key),
                      .detail = std::move(made->detail),
                      .size = made->size,
                      .original = {},
                      .sub_sequence_number = sub,
                      .number = number,
                      .time_ms = unix_ms(services_.options.now())};
    if (maker_.options().detail != detail_form::full) entry.original = event.data;
    packer_.add(std::move(entry));
  } else if (auto* why = std::get_if<unfit>(&verdict)) {
    dead_letter letter{.reason = std::move(why->reason),
                       .stream = start_.from.stream,
                       .shard = start_.what.id,
                       .sequence_number = record.sequence_number,
                       .sub_sequence_number = sub,
                       .partition_key = std::string(event.partition_key),
                       .data = std::string(event.data)};
    bury_later(std::move(letter), number);
  } else {
    ++services_.counters.left_out;
    prefix_.finished(number);
  }
}

}  // namespace tidewire::relay
