#include "debezium/resume_filter.hpp"

namespace tidewire::debezium {

void resume_filter::begin(lsn commit) noexcept {
  if (state_ != state::before) return;
  commit_ = commit;
  // A change that stands behind the commit is not of this transaction.
  state_ = sent_up_to_ < commit ? state::within : state::done;
}

resume_filter::verdict resume_filter::change(lsn at, std::string_view payload, bool makes_several) {
  if (state_ == state::before || state_ == state::done) return verdict::pass;
  if (at < sent_up_to_) {
    ++skipped_;
    return verdict::skip;
  }
  if (at > sent_up_to_) {
    state_ = state::done;
    return verdict::pass;
  }
  if (state_ == state::holding) {
    state_ = state::done;
    --skipped_;
    return verdict::pass_with_held;
  }
  if (makes_several) {
    state_ = state::done;
    return verdict::pass;
  }
  state_ = state::holding;
  held_ = payload;
  ++skipped_;
  return verdict::skip;
}

void resume_filter::end() noexcept {
  if (state_ != state::before) state_ = state::done;
}

}  // namespace tidewire::debezium
