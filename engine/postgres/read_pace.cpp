#include "postgres/read_pace.hpp"

#include <algorithm>

namespace tidewire::postgres {

using namespace std::chrono_literals;

// 10 a millisecond are some 3,300 transactions of one row a second. To go on resting takes less
// than to begin: whoever waits is slower, and so would see fewer messages, and wait again.
const read_pace::options read_pace::usual{
    .rest = 300us, .watched = 200us, .messages_per_ms_min = 10, .messages_in_rest_min = 2};

// 20,000 changes a second are no flood, though they may come in bursts: they are had within a
// millisecond. Batches may be 5 ms old, so it rests for less than that. A microsecond for each
// message is about what is left of the two that a walsender takes for one when this reader has
// dealt with it: so the socket is full again when it looks, and the walsender is not held up for
// long.
const read_pace::options read_pace::flooding{.rest = usual.rest,
                                             .watched = usual.watched,
                                             .messages_per_ms_min = usual.messages_per_ms_min,
                                             .messages_in_rest_min = usual.messages_in_rest_min,
                                             .full_bytes = 28U * 1024U,
                                             .flood_messages_per_ms_min = 50,
                                             .flood_rests = 8,
                                             .rest_to_fill = 4ms,
                                             .rest_per_message = 1us};

bool read_pace::faster_than(std::uint32_t messages_per_ms, clock::duration in) const noexcept {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(in).count();
  return std::int64_t{messages_} * 1000 >= us * messages_per_ms;
}

std::chrono::microseconds read_pace::next_rest(clock::duration since_last) noexcept {
  if (how_.full_bytes == 0) return how_.rest;
  flood_rests_ = faster_than(how_.flood_messages_per_ms_min, since_last) ? flood_rests_ + 1 : 0;
  if (bytes_ >= how_.full_bytes)
    return std::min(how_.rest_to_fill, messages_ * how_.rest_per_message);
  return flood_rests_ >= how_.flood_rests ? how_.rest_to_fill : how_.rest;
}

std::chrono::microseconds read_pace::pause(clock::time_point now) noexcept {
  const auto since_last = now - since_;
  auto rest = how_.rest;
  if (resting_) {
    resting_ = messages_ >= how_.messages_in_rest_min;
    rest = next_rest(since_last);
  } else {
    if (since_last < how_.watched) return 0us;
    resting_ = faster_than(how_.messages_per_ms_min, since_last);
  }
  since_ = now;
  messages_ = 0;
  bytes_ = 0;
  return resting_ ? rest : 0us;
}

}  // namespace tidewire::postgres
