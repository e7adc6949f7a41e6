#include "app/signal_desk.hpp"

#include <algorithm>

namespace tidewire::app {

void signal_desk::changed(bool must_last) {
  changed_ = true;
  must_last_ = must_last_ || must_last;
}

void signal_desk::committed(lsn commit_end) {
  obeyed_.clear();
  if (!changed_) return;
  steps_.push_back(
      {.commit_end = commit_end, .progress = progress.to_json(), .must_last = must_last_});
  changed_ = must_last_ = false;
}

bool signal_desk::settle(lsn durable, offsets& to) {
  bool must_last = false;
  while (!steps_.empty() && steps_.front().commit_end <= durable) {
    to.incremental_snapshot = std::move(steps_.front().progress);
    must_last = must_last || steps_.front().must_last;
    steps_.pop_front();
  }
  return must_last;
}

void signal_desk::settle_all(offsets& to) {
  steps_.clear();
  changed_ = must_last_ = false;
  to.incremental_snapshot = progress.to_json();
}

bool signal_desk::was_obeyed(lsn position) const {
  return std::ranges::find(obeyed_, position) != obeyed_.end();
}

event::identity signal_desk::next_ids() {
  const lsn place{at.value - 1};
  if (next_id_.commit != place) next_id_ = {.commit = place, .ordinal = 0};
  return next_id_;
}

}  // namespace tidewire::app
