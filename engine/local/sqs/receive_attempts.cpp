#include "local/sqs/receive_attempts.hpp"

#include <cassert>

namespace tidewire::local {
namespace {

constexpr std::int64_t known_ms = 300'000;

// The nodes and texts of one whose id is a UUID, with room for its ten messages.
constexpr std::size_t attempt_bytes = 512;

}  // namespace

void receive_attempts::remember(std::string_view id,
                                std::vector<taken> messages,
                                std::int64_t now_ms) {
  forget_old(now_ms);
  const bool is_new = known_.emplace(id, std::move(messages)).second;
  assert(is_new);
  if (is_new) by_time_.emplace_back(now_ms + known_ms, id);
}

std::vector<receive_attempts::taken>* receive_attempts::find(std::string_view id,
                                                             std::int64_t now_ms) {
  forget_old(now_ms);
  const auto found = known_.find(id);
  return found == known_.end() ? nullptr : &found->second;
}

std::size_t receive_attempts::bytes() const noexcept {
  return known_.size() * attempt_bytes;
}

void receive_attempts::forget_old(std::int64_t now_ms) {
  while (!by_time_.empty() && by_time_.front().first <= now_ms) {
    known_.erase(by_time_.front().second);
    by_time_.pop_front();
  }
}

}  // namespace tidewire::local
