#include "consumer/hidden_messages.hpp"

#include <algorithm>

namespace tidewire::consumer {

using std::chrono::milliseconds;
using std::chrono::seconds;

void hidden_messages::add(const std::string& handle, time_point now) {
  const auto [at, is_new] = messages_.try_emplace(handle, message{now, due_.end()});
  if (is_new) at->second.due = due_.emplace(now + milliseconds(visibility_) / 2, &at->first);
}

void hidden_messages::remove(const std::string& handle) {
  const auto found = messages_.find(handle);
  if (found == messages_.end()) return;
  due_.erase(found->second.due);
  messages_.erase(found);
}

void hidden_messages::move_due(message& m, time_point due) {
  const std::string* const handle = m.due->second;
  due_.erase(m.due);
  m.due = due_.emplace(due, handle);
}

std::vector<hiding> hidden_messages::take_due(time_point now, std::size_t count_max) {
  std::vector<hiding> taken;
  while (taken.size() < count_max && !due_.empty() && due_.begin()->first <= now) {
    const std::string handle = *due_.begin()->second;
    message& m = messages_.at(handle);
    const auto held = std::chrono::ceil<seconds>(now - m.received);
    const auto time = std::min(held + visibility_, hidden_max - held);
    if (time.count() <= 0) {  // SQS keeps it hidden no longer: it comes again, whatever we do
      remove(handle);
      continue;
    }
    move_due(m, now + milliseconds(visibility_) / 4);
    taken.push_back({handle, time});
  }
  return taken;
}

void hidden_messages::hidden(const hiding& done, time_point taken) {
  const auto found = messages_.find(done.handle);
  if (found != messages_.end()) move_due(found->second, taken + milliseconds(done.time) / 2);
}

std::optional<hidden_messages::time_point> hidden_messages::next() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace tidewire::consumer
