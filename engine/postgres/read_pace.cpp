#include "postgres/read_pace.hpp"

namespace tidewire::postgres {

using namespace std::chrono_literals;

// 10 a millisecond are some 3,300 transactions of one row a second. To go on resting takes less
// than to begin: whoever waits is slower, and so would see fewer messages, and wait again.
const read_pace::options read_pace::usual{
    .rest = 300us, .watched = 200us, .messages_per_ms_min = 10, .messages_in_rest_min = 2};

std::chrono::microseconds read_pace::pause(clock::time_point now) noexcept {
  if (resting_) {
    resting_ = messages_ >= how_.messages_in_rest_min;
  } else {
    const auto watched = now - since_;
    if (watched < how_.watched) return 0us;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(watched).count();
    resting_ = std::int64_t{messages_} * 1000 >= us * how_.messages_per_ms_min;
  }
  since_ = now;
  messages_ = 0;
  return resting_ ? how_.rest : 0us;
}

}  // namespace tidewire::postgres
