#include "consumer/transaction_groups.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>

namespace tidewire::consumer {
namespace {

using part = transaction_mark::part;

/// The same for all events of a transaction, and for no other transaction.
std::string key_of(const transaction_mark& mark) {
  return fmt::format("{}@{}", mark.id, mark.commit_ms);
}

/// What a remembered transaction takes, in events.
constexpr std::size_t remembered_each = 16;

/// About what an event takes, with the room that its containers need.
std::size_t size_of(const received_event& event) {
  constexpr std::size_t containers = 640;
  return containers + event.id.size() + event.detail_type.size() + event.source.size() +
         event.before.size() + event.after.size() + event.event.size();
}

/// The handle is held twice: here, and where it is kept hidden.
std::size_t size_of(const receipt& message) {
  constexpr std::size_t containers = 160;
  return containers + message.message_id.size() + 2 * message.handle.size();
}

}  // namespace

transaction_groups::place transaction_groups::place_of(const transaction_mark& mark) {
  switch (mark.what) {
    case part::begin:
      return {0, mark.lsn};
    case part::change:
      return {mark.order, mark.lsn};
    case part::end:
      break;
  }
  return {std::numeric_limits<std::uint64_t>::max(), mark.lsn};
}

transaction_groups::taken transaction_groups::take(receipt message,
                                                   received_event event,
                                                   time_point now) {
  assert(event.transaction);
  const transaction_mark& mark = *event.transaction;
  const std::string key = key_of(mark);
  if (const auto before = printed_.find(key); before != printed_.end())
    return take_printed(before->second, std::move(message), std::move(event));

  auto known = by_key_.find(key);
  if (known == by_key_.end()) {
    groups_.push_back({key, mark.id, mark.commit_ms, now, {}, 0, std::nullopt});
    known = by_key_.emplace(key, std::prev(groups_.end())).first;
  }
  taken what;
  const auto which = known->second;
  hold(*which, std::move(message), std::move(event), what);
  using state = transaction_run::state;
  using reason = transaction_run::reason;
  if (which->is_complete()) what.runs.push_back(finish(which, state::complete, reason::none));
  while (messages_ > limits_.messages_max || bytes_ > limits_.bytes_max)
    what.runs.push_back(finish(groups_.begin(), state::incomplete, reason::room));
  return what;
}

void transaction_groups::hold(group& to, receipt message, received_event event, taken& what) {
  const transaction_mark mark = *event.transaction;
  const auto [at, is_new] = to.events.try_emplace(place_of(mark));
  auto& [event_held, receipts] = at->second;
  if (is_new) {
    bytes_ += size_of(event);
    event_held = std::move(event);
    if (mark.what == part::end) to.event_count = mark.event_count;
    // A place that is taken twice, under other ids, counts as one.
    const auto next = std::next(at);
    const bool is_first = (next == to.events.end() || next->first.first != mark.order) &&
                          (at == to.events.begin() || std::prev(at)->first.first != mark.order);
    if (mark.what == part::change && is_first) ++to.changes;
  }
  const auto same = std::find_if(receipts.begin(), receipts.end(), [&](const receipt& one) {
    return one.message_id == message.message_id;
  });
  if (same != receipts.end()) {  // it was not hidden for long enough
    if (same->handle != message.handle) what.expired = same->handle;
    bytes_ -= size_of(*same);
    bytes_ += size_of(message);
    *same = std::move(message);
    return;
  }
  ++messages_;
  bytes_ += size_of(message);
  receipts.push_back(std::move(message));
}

/// A repeat, or a straggler: an event of what was given up, or a BEGIN that was overtaken by its
/// whole transaction. Those are printed alone, since the rest is gone.
transaction_groups::taken transaction_groups::take_printed(std::vector<place>& before,
                                                           receipt message,
                                                           received_event event) {
  taken what;
  const transaction_mark mark = *event.transaction;
  const place at = place_of(mark);
  const auto next = std::lower_bound(before.begin(), before.end(), at);
  if (next != before.end() && *next == at) {
    what.repeat = std::move(message);
    return what;
  }
  before.insert(next, at);
  ++remembered_;
  transaction_run run{.id = mark.id,
                      .commit_ms = mark.commit_ms,
                      .how = transaction_run::state::late,
                      .why = transaction_run::reason::none,
                      .changes = mark.what == part::change ? 1U : 0U,
                      .event_count = mark.event_count,
                      .events = {}};
  run.events.push_back({std::move(event), {std::move(message)}});
  what.runs.push_back(std::move(run));
  forget_oldest();
  return what;
}

transaction_run transaction_groups::finish(position which,
                                           transaction_run::state how,
                                           transaction_run::reason why) {
  transaction_run run{.id = std::move(which->id),
                      .commit_ms = which->commit_ms,
                      .how = how,
                      .why = why,
                      .changes = which->changes,
                      .event_count = which->event_count,
                      .events = {}};
  std::vector<place> places;
  places.reserve(which->events.size());
  run.events.reserve(which->events.size());
  for (auto& [at, held] : which->events) {
    bytes_ -= size_of(held.event);
    for (const auto& message : held.receipts) bytes_ -= size_of(message);
    messages_ -= held.receipts.size();
    places.push_back(at);
    run.events.push_back(std::move(held));
  }
  by_key_.erase(which->key);
  remember(std::move(which->key), std::move(places));
  groups_.erase(which);
  return run;
}

void transaction_groups::remember(std::string key, std::vector<place> places) {
  remembered_ += remembered_each + places.size();
  printed_order_.push_back(key);
  printed_.emplace(std::move(key), std::move(places));
  forget_oldest();
}

void transaction_groups::forget_oldest() {
  while (remembered_ > limits_.remembered_max) {
    const auto oldest = printed_.find(printed_order_.front());
    remembered_ -= remembered_each + oldest->second.size();
    printed_.erase(oldest);
    printed_order_.pop_front();
  }
}

std::vector<transaction_run> transaction_groups::take_expired(time_point now) {
  std::vector<transaction_run> runs;
  while (!groups_.empty() && groups_.front().since + limits_.age_max <= now)
    runs.push_back(
        finish(groups_.begin(), transaction_run::state::incomplete, transaction_run::reason::time));
  return runs;
}

std::optional<transaction_groups::time_point> transaction_groups::next_expiry() const {
  if (groups_.empty()) return std::nullopt;
  return groups_.front().since + limits_.age_max;
}

std::vector<std::string> transaction_groups::give_back() {
  std::vector<std::string> handles;
  for (const auto& one : groups_)
    for (const auto& [at, held] : one.events)
      for (const auto& message : held.receipts) handles.push_back(message.handle);
  groups_.clear();
  by_key_.clear();
  messages_ = 0;
  bytes_ = 0;
  return handles;
}

}  // namespace tidewire::consumer
