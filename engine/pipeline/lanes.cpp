#include "pipeline/lanes.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace tidewire::pipeline {
namespace {

/// Waiting records of each key from which on a stream is crowded: a request in order, which ends
/// before the second record of a key, then has three or four of ten keys (decision 3).
constexpr std::size_t crowded_per_key = 4;

std::size_t size_of(const record_state& r, const lanes::limits& within) noexcept {
  return std::size_t{r.payload_bytes} + within.record_overhead_bytes;
}

/// Room for more in a request, counted as records are put in.
class allowance {
 public:
  explicit allowance(const lanes::limits& within) noexcept
      : within_(&within), bytes_left_(within.bytes_max) {}

  bool fits(const record_state& r, const lanes::request& into) const noexcept {
    if (into.records.empty()) return true;
    const std::size_t size = size_of(r, *within_);
    return into.records.size() < within_->records_max && size <= bytes_left_ &&
           size <= within_->shared_bytes_max && !alone_;
  }
  void spend(const record_state& r) noexcept {
    const std::size_t size = size_of(r, *within_);
    alone_ = size > within_->shared_bytes_max;
    bytes_left_ -= std::min(bytes_left_, size);
  }

 private:
  const lanes::limits* within_;
  std::size_t bytes_left_;
  bool alone_ = false;
};

/// Whether two records of a lane may be in one request: the service takes both or none, or they are
/// rows that nothing but their place in the stream tells apart.
bool may_share(const record_state& a, const record_state& b, const lanes::limits& within) noexcept {
  const auto easy = [](const record_state& r) noexcept {
    return !r.record().has_key && r.record().order == event::keyless_order::request;
  };
  return within.keys_together || (easy(a) && easy(b));
}

constexpr auto later = [](const auto& a, const auto& b) noexcept { return a.due > b.due; };

}  // namespace

lanes::lane_stream& lanes::stream_of(const event::stream& destination) {
  if (destination.index >= streams_.size()) streams_.resize(destination.index + 1);
  auto& place = streams_[destination.index];
  if (!place) {
    place = std::make_unique<lane_stream>();
    place->name = &destination;
  }
  return *place;
}

void lanes::add(batch& b) {
  const std::size_t count = b.content.records.size();
  b.states.clear();
  b.states.resize(count);
  b.unsettled_count = count;
  unsettled_count_ += count;
  for (std::size_t i = 0; i < count + lookahead; ++i) {
    if (i < count) prepare(b, i);
    if (i >= lookahead) enter(b.states[i - lookahead]);
  }
}

void lanes::prepare(batch& b, std::size_t i) noexcept {
  record_state& r = b.states[i];
  const event::record& record = b.content.records[i];
  r.owner = &b;
  r.index = static_cast<std::uint32_t>(i);
  r.stream_index = record.destination->index;
  r.lane_hash = lane_table::hash_of(record.key_hash, *record.destination);
  r.measure();
  r.lone = record.lone;
  expect_durable(r);
}

void lanes::enter(record_state& r) {
  lane_stream& s = stream_of(*r.record().destination);
  s.unsettled.push_back(r);
  ++s.waiting_count;
  if (!has_lane(r) || table_.append(r)) {
    r.where = standing::ready;
    s.fresh.push_back(r);
    ++s.ready_count;
  }
  if (!s.listed) {
    s.listed = true;
    active_.push_back(&s);
  }
}

bool lanes::has_lane(const record_state& r) const noexcept {
  return how_.order != ordering::none && !r.lone;
}

/// Few keys, and many records that wait for them. Of each key one is ready or in flight.
bool lanes::is_crowded(const lane_stream& s) const noexcept {
  return how_.order == ordering::key && s.waiting_count >= how_.crowded_from &&
         s.waiting_count >= crowded_per_key * (s.ready_count + s.in_flight_count);
}

bool lanes::in_stream_order(const lane_stream& s) const noexcept {
  if (how_.order == ordering::key)
    return s.waiting_count < how_.stream_order_below && !is_crowded(s);
  return how_.order == ordering::stream;
}

bool lanes::may_send(lane_stream& s, time_point now) const noexcept {
  if (s.waiting_count == 0) return false;
  if (s.failing && (s.requests > 0 || now < s.paused_until)) return false;
  if (in_stream_order(s)) return s.requests == 0;
  if (is_crowded(s) && s.ready_count < std::min(s.in_flight_count, how_.small_request))
    return false;
  const record_state* const next = s.fresh.front();
  return s.requests <
         (next != nullptr && next->lone ? how_.lone_requests_max : how_.requests_per_stream_max);
}

void lanes::release_due(time_point now) {
  while (!delayed_.empty() && delayed_.front().due <= now) {
    std::ranges::pop_heap(delayed_, later);
    record_state& r = *delayed_.back().record;
    delayed_.pop_back();
    make_urgent(stream_of(r), r);
  }
}

bool lanes::take(time_point now, const limits& within, request& out) {
  out.destination = nullptr;
  out.records.clear();
  release_due(now);
  for (std::size_t tried = 0; tried < active_.size();) {
    if (turn_ >= active_.size()) turn_ = 0;
    lane_stream& s = *active_[turn_];
    if (s.unsettled.empty()) {
      s.listed = false;
      active_[turn_] = active_.back();
      active_.pop_back();
      continue;
    }
    ++turn_;
    ++tried;
    if (!may_send(s, now)) continue;
    if (in_stream_order(s))
      take_in_order(s, within, out);
    else
      take_ready(s, within, out);
    if (out.records.empty()) continue;
    out.destination = s.name;
    ++s.requests;
    return true;
  }
  return false;
}

void lanes::take_in_order(lane_stream& s, const limits& within, request& out) {
  allowance left(within);
  for (record_state* r = s.unsettled.front(); r != nullptr; r = s.unsettled.after(*r)) {
    const record_state& first = r->where == standing::behind ? table_.first_of(*r) : *r;
    if (first.where == standing::held) continue;
    // No other request of the stream is under way: what is in flight of this lane is in this one.
    const bool joins = first.where == standing::in_flight && may_share(first, *r, within);
    if ((r->where != standing::ready && !joins) || !left.fits(*r, out)) return;
    left.spend(*r);
    launch(s, *r, out);
  }
}

void lanes::take_ready(lane_stream& s, const limits& within, request& out) {
  allowance left(within);
  for (auto* const list : {&s.urgent, &s.fresh}) {
    while (record_state* const r = list->front()) {
      if (!left.fits(*r, out)) return;
      left.spend(*r);
      launch(s, *r, out);
      for (record_state* next = r->lane_next;
           next != nullptr && may_share(*r, *next, within) && left.fits(*next, out);
           next = next->lane_next) {
        left.spend(*next);
        launch(s, *next, out);
      }
    }
  }
}

void lanes::launch(lane_stream& s, record_state& r, request& out) {
  if (r.where == standing::ready) {
    intrusive_list<record_state, ready_tag>::remove(r);
    --s.ready_count;
  }
  r.where = standing::in_flight;
  --s.waiting_count;
  ++s.in_flight_count;
  out.records.push_back(&r);
}

void lanes::make_urgent(lane_stream& s, record_state& r) {
  r.where = standing::ready;
  s.urgent.push_back(r);
  ++s.ready_count;
}

void lanes::durable(record_state& r) {
  assert(r.where == standing::in_flight);
  lane_stream& s = stream_of(r);
  --s.in_flight_count;
  if (has_lane(r)) {
    record_state* const next = table_.remove(r);
    if (next != nullptr && next->where == standing::behind) make_urgent(s, *next);
  }
  intrusive_list<record_state, unsettled_tag>::remove(r);
  --unsettled_count_;
  assert(r.owner->unsettled_count > 0);
  --r.owner->unsettled_count;
}

/// Whether an earlier record of its key has not arrived either: they were in one request.
bool lanes::follows_another(const record_state& r) noexcept {
  return has_lane(r) && &table_.first_of(r) != &r;
}

void lanes::again(record_state& r, time_point due) {
  assert(r.where == standing::in_flight);
  if (r.failures < std::numeric_limits<std::uint16_t>::max()) ++r.failures;
  lane_stream& s = stream_of(r);
  ++s.waiting_count;
  --s.in_flight_count;
  r.where = follows_another(r) ? standing::behind : standing::delayed;
  if (r.where == standing::behind) return;
  delayed_.push_back({.due = due, .record = &r});
  std::ranges::push_heap(delayed_, later);
}

void lanes::hold(record_state& r) {
  assert(r.where == standing::in_flight);
  lane_stream& s = stream_of(r);
  ++s.waiting_count;
  --s.in_flight_count;
  r.where = follows_another(r) ? standing::behind : standing::held;
  if (r.where == standing::held) ++held_count_;
}

void lanes::release(record_state& r) {
  assert(r.where == standing::held);
  lane_stream& s = stream_of(r);
  --s.waiting_count;
  ++s.in_flight_count;
  --held_count_;
  r.where = standing::in_flight;
  durable(r);
}

void lanes::request_done(const event::stream& destination, std::optional<time_point> pause_until) {
  lane_stream& s = stream_of(destination);
  assert(s.requests > 0);
  --s.requests;
  s.failing = pause_until.has_value();
  if (pause_until) s.paused_until = *pause_until;
}

std::optional<lanes::time_point> lanes::next_due() const {
  std::optional<time_point> due;
  const auto consider = [&](time_point at) {
    if (!due || at < *due) due = at;
  };
  if (!delayed_.empty()) consider(delayed_.front().due);
  for (const lane_stream* s : active_)
    if (s->failing && s->requests == 0 && s->waiting_count > 0) consider(s->paused_until);
  return due;
}

}  // namespace tidewire::pipeline
