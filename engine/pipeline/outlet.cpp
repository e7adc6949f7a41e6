#include "pipeline/outlet.hpp"

#include <algorithm>
#include <cassert>

namespace tidewire::pipeline {

outlet::outlet(options how, batch_pool& pool, std::vector<exchange*> publishers)
    : how_(how),
      pool_(&pool),
      publishers_(std::move(publishers)),
      key_publishers_(std::min(how.key_publishers, publishers_.size())),
      open_(publishers_.size()),
      scattered_(publishers_.size()) {
  assert(key_publishers_ > 0);
}

bool outlet::has_room() {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    if (open_[i] != nullptr || !needs_open(i)) continue;
    open_[i] = pool_->take();
    if (open_[i] == nullptr) return false;
    scattered_[i] = 0;
  }
  return true;
}

event::record_buffer& outlet::for_key(std::uint64_t key_hash) {
  // The high half: the lanes' table goes by the low one.
  const std::size_t publisher = key_publishers_ == 1 ? 0 : (key_hash >> 32U) % key_publishers_;
  return open_[publisher]->content;
}

void outlet::scatter_keyless() {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    if (open_[i] == nullptr) continue;
    auto& records = open_[i]->content.records;
    for (; scattered_[i] < records.size(); ++scattered_[i])
      if (event::record& r = records[scattered_[i]]; !r.has_key) r.key_hash = ++scatter_count_;
  }
}

bool outlet::full() const noexcept {
  return std::ranges::any_of(open_, [this](const batch* b) {
    return b != nullptr && (b->content.bytes.size() >= how_.batch_bytes_max ||
                            b->content.records.size() >= how_.batch_records_max);
  });
}

bool outlet::has_records() const noexcept {
  return std::ranges::any_of(
      open_, [](const batch* b) { return b != nullptr && !b->content.records.empty(); });
}

void outlet::seal() {
  const auto has_some = [](const batch* b) { return b != nullptr && !b->content.records.empty(); };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(open_, has_some));
  if (count == 0) return;
  const std::uint64_t generation = window_.sealed(count, commit_end_);
  for (std::size_t i = 0; i < open_.size(); ++i) {
    if (!has_some(open_[i])) continue;
    batch& b = *open_[i];
    open_[i] = nullptr;
    b.generation = generation;
    pool_->filled(b);
    publishers_[i]->send(b);
  }
  lone_to_ = is_flooded() ? (lone_to_ + 1) % publishers_.size() : 0;
}

bool outlet::collect() {
  bool any = false;
  for (exchange* publisher : publishers_) {
    while (batch* const b = publisher->take_done()) {
      window_.acknowledged(b->generation);
      pool_->give_back(*b);
      any = true;
    }
  }
  if (idle()) window_.idle_at(commit_end_);
  return any;
}

void outlet::restart(lsn position) {
  assert(idle() && !has_records());
  commit_end_ = position;
  window_.restart(position);
}

void outlet::read_up_to(lsn position) {
  if (idle()) window_.idle_at(position);
}

}  // namespace tidewire::pipeline
