#include "postgres/read_pace.hpp"

#include <algorithm>
#include <utility>

namespace tidewire::postgres {

using namespace std::chrono_literals;

// 10 a millisecond are some 3,300 transactions of one row a second. To go on resting takes less
// than to begin: whoever waits is slower, and so would see fewer messages, and wait again. A
// processor is somebody else's for three or four milliseconds, and of several in turns.
const read_pace::options read_pace::usual{.rest = 300us,
                                          .watched = 200us,
                                          .messages_per_ms_min = 10,
                                          .messages_in_rest_min = 2,
                                          .patience = 12ms};

// Batches may be 5 ms old, so it rests for less than that. A microsecond for each message is about
// what is left of the two that a walsender takes for one when this reader has dealt with it: so the
// socket is full again when it looks, and the walsender is not held up for long. One that encrypts,
// or sends small transactions, takes up to four.
const read_pace::options read_pace::bounded{.rest = usual.rest,
                                            .watched = usual.watched,
                                            .messages_per_ms_min = usual.messages_per_ms_min,
                                            .messages_in_rest_min = usual.messages_in_rest_min,
                                            .patience = usual.patience,
                                            .full_bytes = 28U * 1024U,
                                            .rest_to_fill = 4ms,
                                            .rest_per_message_min = 1us,
                                            .rest_per_message_max = 4us};

bool read_pace::faster_than(std::uint32_t messages_per_ms, clock::duration in) const noexcept {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(in).count();
  return std::int64_t{messages_} * 1000 >= us * messages_per_ms;
}

std::chrono::microseconds read_pace::rest_behind(clock::time_point now) noexcept {
  if (messages_ > 0) heard_ = now;
  if (now - heard_ >= how_.patience) return 0us;
  if (how_.full_bytes == 0) return how_.rest;
  return rest_to_be_full(bytes_ >= how_.full_bytes);
}

/// Walsenders differ by what their changes cost them. One that did not fill the socket again gets a
/// quarter more of time, and gives back a little of it each time when it does.
std::chrono::microseconds read_pace::rest_to_be_full(bool full) noexcept {
  const bool was_full = std::exchange(was_full_, full);
  const auto changed = full ? rest_per_message_ * 63 / 64 : rest_per_message_ * 5 / 4;
  if (was_full)
    rest_per_message_ = std::clamp(changed, how_.rest_per_message_min, how_.rest_per_message_max);
  if (!full) return how_.rest_to_fill;
  const auto rest =
      std::chrono::duration_cast<std::chrono::microseconds>(messages_ * rest_per_message_);
  return std::min(how_.rest_to_fill, rest);
}

std::chrono::microseconds read_pace::begin_again(clock::time_point now,
                                                 std::chrono::microseconds rest) noexcept {
  resting_ = rest.count() > 0;
  since_ = now;
  messages_ = 0;
  bytes_ = 0;
  return rest;
}

std::chrono::microseconds read_pace::pause(clock::time_point now, bool behind) noexcept {
  if (behind) return begin_again(now, rest_behind(now));
  const auto since_last = now - since_;
  if (!resting_ && since_last < how_.watched) return 0us;
  const bool quick = resting_ ? messages_ >= how_.messages_in_rest_min
                              : faster_than(how_.messages_per_ms_min, since_last);
  return begin_again(now, quick ? how_.rest : 0us);
}

}  // namespace tidewire::postgres
