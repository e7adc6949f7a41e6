#include "consumer/seen_events.hpp"

#include "aws/digest.hpp"

#include <cstring>

namespace tidewire::consumer {

bool seen_events::add(std::string_view identity) {
  if (count_ == 0 || identity.empty()) return false;
  const auto whole = aws::sha256(identity);
  digest half{};
  std::memcpy(half.data(), whole.data(), sizeof half);
  if (!known_.insert(half).second) return true;
  order_.push_back(half);
  if (order_.size() > count_) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return false;
}

}  // namespace tidewire::consumer
