#include "relay/shard_order.hpp"

#include "base/clock.hpp"

#include <cassert>
#include <charconv>
#include <utility>

namespace tidewire::relay {
namespace {

using std::chrono::system_clock;

/// Reads exactly `digits` digits and what follows them; moves `text` on.
bool take_number(std::string_view& text,
                 std::size_t digits,
                 int& value,
                 std::string_view follows = {}) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || text.front() == '-') return false;
  text.remove_prefix(digits);
  if (!text.starts_with(follows)) return false;
  text.remove_prefix(follows.size());
  return true;
}

/// RFC 3339: `2026-01-31T00:00:00[.123][Z|+01:00]`.
std::optional<system_clock::time_point> parse_time(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!take_number(text, 4, year, "-") || !take_number(text, 2, month, "-") ||
      !take_number(text, 2, day, "T") || !take_number(text, 2, hour, ":") ||
      !take_number(text, 2, minute, ":") || !take_number(text, 2, second))
    return std::nullopt;
  std::chrono::milliseconds fraction{0};
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    std::size_t digits = 0;
    for (int weight = 100; !text.empty() && text.front() >= '0' && text.front() <= '9';
         weight /= 10, ++digits) {
      fraction += std::chrono::milliseconds((text.front() - '0') * weight);
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  std::chrono::minutes offset{0};
  if (text.starts_with('+') || text.starts_with('-')) {
    const int sign = text.front() == '+' ? 1 : -1;
    text.remove_prefix(1);
    int hours = 0, minutes = 0;
    if (!take_number(text, 2, hours, ":") || !take_number(text, 2, minutes) || hours > 23 ||
        minutes > 59)
      return std::nullopt;
    offset = sign * (std::chrono::hours(hours) + std::chrono::minutes(minutes));
  } else if (text.starts_with('Z')) {
    text.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - offset;
}

bool is_open(const aws::shard& s) noexcept {
  return s.ending_sequence_number.empty();
}

system_clock::time_point from_unix_ms(std::int64_t ms) {
  return system_clock::time_point(std::chrono::milliseconds(ms));
}

}  // namespace

std::optional<start_point> parse_start(std::string_view text) {
  constexpr std::string_view at = "AT_TIMESTAMP:";
  if (text == "TRIM_HORIZON") return start_point{};
  if (text == "LATEST") return start_point{.where = start_point::kind::latest};
  if (!text.starts_with(at)) return std::nullopt;
  const auto time = parse_time(text.substr(at.size()));
  if (!time) return std::nullopt;
  return start_point{.where = start_point::kind::at_timestamp, .timestamp = *time};
}

shard_order::shard_order(std::string stream,
                         start_point start,
                         std::span<const checkpoint> checkpoints,
                         system_clock::time_point now)
    : stream_(std::move(stream)), start_(start), now_(now), stream_is_new_(checkpoints.empty()) {
  for (const auto& c : checkpoints) checkpoints_.emplace(c.shard, c);
}

void shard_order::learn(std::span<const aws::shard> shards) {
  for (const auto& s : shards) {
    const auto [place, is_new] =
        shards_.try_emplace(s.id, known_shard{s, state::waiting, first_listing_ && stream_is_new_});
    if (!is_new) continue;
    if (const auto saved = checkpoints_.find(s.id); saved != checkpoints_.end()) {
      const auto& then = saved->second.shard_start;
      if (!then.empty() && !s.starting_sequence_number.empty() &&
          then != s.starting_sequence_number) {
        stale_.push_back(s.id);
        checkpoints_.erase(saved);
      } else if (saved->second.ended) {
        place->second.now = state::ended;
      }
    } else if (place->second.first_sight && start_.where == start_point::kind::latest &&
               !is_open(s)) {
      place->second.now = state::ended;
      passed_over_.push_back({.stream = stream_,
                              .shard = s.id,
                              .shard_start = s.starting_sequence_number,
                              .ended = true});
    }
  }
  if (!shards.empty()) first_listing_ = false;
}

void shard_order::ended(const std::string& shard_id) {
  const auto place = shards_.find(shard_id);
  assert(place != shards_.end());
  place->second.now = state::ended;
}

std::vector<shard_start> shard_order::take_startable() {
  std::vector<shard_start> startable;
  for (auto& [id, s] : shards_) {
    if (s.now != state::waiting || !parent_done(s.what.parent_id) ||
        !parent_done(s.what.adjacent_parent_id))
      continue;
    s.now = state::reading;
    startable.push_back(start_of(s));
  }
  return startable;
}

std::vector<checkpoint> shard_order::take_passed_over() {
  return std::exchange(passed_over_, {});
}
std::vector<std::string> shard_order::take_stale() {
  return std::exchange(stale_, {});
}

bool shard_order::parent_done(const std::string& parent_id) const {
  if (parent_id.empty()) return true;
  if (const auto place = shards_.find(parent_id); place != shards_.end())
    return place->second.now == state::ended;
  return true;  // its records expired, and it is not listed any more
}

const checkpoint* shard_order::checkpoint_of(const std::string& shard_id) const {
  const auto place = checkpoints_.find(shard_id);
  return place == checkpoints_.end() ? nullptr : &place->second;
}

shard_start shard_order::start_of(const known_shard& s) const {
  using aws::iterator_type;
  shard_start start{.what = s.what,
                    .from = {.stream = stream_,
                             .shard_id = s.what.id,
                             .type = iterator_type::trim_horizon,
                             .sequence_number = {},
                             .timestamp = {}},
                    .resumed = std::nullopt,
                    .skip_through = std::nullopt,
                    .from_ms = std::nullopt};
  if (const auto* saved = checkpoint_of(s.what.id)) {
    start.from_ms = saved->from_ms;
    if (saved->done) {
      start.resumed = saved->done;
      start.skip_through = saved->done->sub_sequence_number;
      start.from.type = start.skip_through ? iterator_type::at_sequence_number
                                           : iterator_type::after_sequence_number;
      start.from.sequence_number = saved->done->sequence_number;
    } else if (saved->from_ms) {
      start.from.type = iterator_type::at_timestamp;
      start.from.timestamp = from_unix_ms(*saved->from_ms);
    }
    return start;
  }
  // A shard that appeared later is a child of one that was read: all of it is wanted.
  if (start_.where == start_point::kind::at_timestamp) {
    start.from.type = iterator_type::at_timestamp;
    start.from.timestamp = start_.timestamp;
  } else if (start_.where == start_point::kind::latest && s.first_sight) {
    start.from.type = iterator_type::latest;
    start.from_ms = unix_ms(now_);
  }
  return start;
}

}  // namespace tidewire::relay
