#include "local/sqs/queue.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdio>

namespace tidewire::local {
namespace {

constexpr std::int64_t deduplication_ms = 300'000;

// What the containers and texts of one take beside what size_of() counts, measured by the growth
// of the process: standard and FIFO queues of 100-byte bodies.
constexpr std::size_t message_overhead_bytes = 768;
constexpr std::size_t repeat_bytes = 512;

/// 20 digits like the real ones, rising, with gaps.
std::string sequence_text(std::uint64_t count) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 "18849496%012llu",
                                 static_cast<unsigned long long>(count * 256 % 1'000'000'000'000U));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::uint64_t sequence_count(std::string_view text) {
  std::uint64_t number = 0;
  if (text.size() != 20) return 0;
  std::from_chars(text.data() + 8, text.data() + text.size(), number);
  return number / 256;
}

}  // namespace

std::string sqs_queue::repeat_key(const sqs_message& message, const sqs_settings& settings) const {
  return settings.deduplicate_by_group ? message.group_id + '\n' + message.deduplication_id
                                       : message.deduplication_id;
}

void sqs_queue::offer(const std::string& group_id, group& g) {
  if (!g.waiting.empty() && (g.in_flight == 0 || batch_groups_.contains(group_id)))
    open_groups_.emplace(*g.waiting.begin(), group_id);
}

void sqs_queue::withdraw(const std::string& group_id, const group& g) {
  if (!g.waiting.empty()) open_groups_.erase({*g.waiting.begin(), group_id});
}

void sqs_queue::show(std::uint64_t place, entry& e) {
  e.now = phase::waiting;
  if (!fifo_) {
    waiting_.insert(place);
    return;
  }
  group& g = groups_[e.message.group_id];
  withdraw(e.message.group_id, g);
  g.waiting.insert(place);
  offer(e.message.group_id, g);
}

void sqs_queue::hide(std::uint64_t place, entry& e, phase how, std::int64_t until_ms) {
  e.now = how;
  e.visible_ms = until_ms;
  hidden_.emplace(until_ms, place);
  if (how != phase::in_flight) return;
  ++in_flight_;
  if (fifo_) ++groups_[e.message.group_id].in_flight;
}

void sqs_queue::unhide(std::uint64_t place, entry& e) {
  hidden_.erase({e.visible_ms, place});
  if (e.now != phase::in_flight) return;
  --in_flight_;
  if (!fifo_) return;
  group& g = groups_[e.message.group_id];
  withdraw(e.message.group_id, g);
  --g.in_flight;
  offer(e.message.group_id, g);
}

sqs_queue::sent sqs_queue::send(sqs_message message,
                                const sqs_settings& settings,
                                std::int64_t now_ms,
                                std::int64_t hidden_ms) {
  if (fifo_) {
    forget_repeats(now_ms);
    const auto known = repeats_.find(repeat_key(message, settings));
    const bool given_up = !message.dead_letter_source.empty();
    if (known != repeats_.end() && !given_up)
      return {known->second.message_id, known->second.sequence_number, std::nullopt};
    message.sequence_number = sequence_text(next_sequence_++);
  }
  if (message.sent_ms == 0)
    message.sent_ms = now_ms;  // a message given up by another queue keeps its time
  if (fifo_) remember(message, settings);
  const std::uint64_t place = next_place_++;
  entry& e = entries_[place];
  e.message = std::move(message);
  message_bytes_ += size_of(e.message);
  if (hidden_ms > 0)
    hide(place, e, phase::delayed, now_ms + hidden_ms);
  else
    show(place, e);
  return {e.message.id, e.message.sequence_number, place};
}

void sqs_queue::forget_repeats(std::int64_t now_ms) {
  while (!repeats_by_time_.empty() && repeats_by_time_.begin()->first <= now_ms) {
    repeats_.erase(repeats_by_time_.begin()->second);
    repeats_by_time_.erase(repeats_by_time_.begin());
  }
}

void sqs_queue::remember(const sqs_message& message, const sqs_settings& settings) {
  std::string key = repeat_key(message, settings);
  const std::int64_t until_ms = message.sent_ms + deduplication_ms;
  repeats_by_time_.emplace(until_ms, key);
  repeats_.insert_or_assign(std::move(key), repeat{message.id, message.sequence_number, until_ms});
}

std::optional<std::uint64_t> sqs_queue::next() const {
  if (fifo_)
    return open_groups_.empty() ? std::nullopt : std::optional(open_groups_.begin()->first);
  return waiting_.empty() ? std::nullopt : std::optional(*waiting_.begin());
}

sqs_message& sqs_queue::receive(std::uint64_t place,
                                std::int64_t now_ms,
                                std::int64_t visibility_ms,
                                std::uint64_t receipt) {
  entry& e = entries_.at(place);
  assert(e.now == phase::waiting);
  if (fifo_) {
    group& g = groups_[e.message.group_id];
    withdraw(e.message.group_id, g);
    g.waiting.erase(place);
    batch_groups_.insert(e.message.group_id);
    hide(place, e, phase::in_flight, now_ms + visibility_ms);
    offer(e.message.group_id, g);
  } else {
    waiting_.erase(place);
    hide(place, e, phase::in_flight, now_ms + visibility_ms);
  }
  sqs_message& m = e.message;
  m.received_ms = now_ms;
  if (m.first_received_ms == 0) m.first_received_ms = now_ms;
  ++m.receive_count;
  m.receipt = receipt;
  return m;
}

void sqs_queue::end_batch() {
  for (const auto& id : batch_groups_) {
    const auto g = groups_.find(id);
    if (g != groups_.end() && g->second.in_flight > 0) withdraw(id, g->second);
  }
  batch_groups_.clear();
}

sqs_message* sqs_queue::find(std::uint64_t place) noexcept {
  const auto found = entries_.find(place);
  return found == entries_.end() ? nullptr : &found->second.message;
}

bool sqs_queue::in_flight(std::uint64_t place) const noexcept {
  const auto found = entries_.find(place);
  return found != entries_.end() && found->second.now == phase::in_flight;
}

std::int64_t sqs_queue::visible_ms(std::uint64_t place) const noexcept {
  const auto found = entries_.find(place);
  return found == entries_.end() || found->second.now == phase::waiting ? 0
                                                                        : found->second.visible_ms;
}

void sqs_queue::hide_until(std::uint64_t place, std::int64_t visible_ms) {
  entry& e = entries_.at(place);
  assert(e.now == phase::in_flight);
  hidden_.erase({e.visible_ms, place});
  e.visible_ms = visible_ms;
  hidden_.emplace(visible_ms, place);
}

std::optional<sqs_message> sqs_queue::remove(std::uint64_t place) {
  const auto found = entries_.find(place);
  if (found == entries_.end()) return std::nullopt;
  entry& e = found->second;
  if (e.now != phase::waiting) {
    unhide(place, e);
  } else if (!fifo_) {
    waiting_.erase(place);
  } else {
    group& g = groups_[e.message.group_id];
    withdraw(e.message.group_id, g);
    g.waiting.erase(place);
    offer(e.message.group_id, g);
  }
  sqs_message out = std::move(e.message);
  message_bytes_ -= size_of(out);
  entries_.erase(found);
  if (fifo_) {
    const auto g = groups_.find(out.group_id);
    if (g != groups_.end() && g->second.waiting.empty() && g->second.in_flight == 0)
      groups_.erase(g);
  }
  return out;
}

void sqs_queue::clear() {
  entries_.clear();
  waiting_.clear();
  groups_.clear();
  open_groups_.clear();
  hidden_.clear();
  in_flight_ = 0;
  message_bytes_ = 0;
}

void sqs_queue::advance(std::int64_t now_ms, std::int64_t retention_ms) {
  forget_repeats(now_ms);
  while (!hidden_.empty() && hidden_.begin()->first <= now_ms) {
    const std::uint64_t place = hidden_.begin()->second;
    entry& e = entries_.at(place);
    unhide(place, e);
    show(place, e);
  }
  while (!entries_.empty() && entries_.begin()->second.message.sent_ms + retention_ms < now_ms)
    remove(entries_.begin()->first);
}

std::optional<std::int64_t> sqs_queue::due_ms() const noexcept {
  return hidden_.empty() ? std::nullopt : std::optional(hidden_.begin()->first);
}

sqs_queue::counts sqs_queue::count() const noexcept {
  counts out;
  out.in_flight = in_flight_;
  out.delayed = hidden_.size() - in_flight_;
  out.waiting = entries_.size() - hidden_.size();
  return out;
}

std::size_t sqs_queue::bytes() const noexcept {
  return message_bytes_ + entries_.size() * message_overhead_bytes + repeats_.size() * repeat_bytes;
}

void sqs_queue::restore(std::uint64_t place,
                        sqs_message message,
                        std::int64_t visible_ms,
                        bool was_received,
                        std::int64_t now_ms) {
  remove(place);
  next_place_ = std::max(next_place_, place + 1);
  next_sequence_ = std::max(next_sequence_, sequence_count(message.sequence_number) + 1);
  entry& e = entries_[place];
  e.message = std::move(message);
  message_bytes_ += size_of(e.message);
  if (visible_ms > now_ms)
    hide(place, e, was_received ? phase::in_flight : phase::delayed, visible_ms);
  else
    show(place, e);
}

}  // namespace tidewire::local
