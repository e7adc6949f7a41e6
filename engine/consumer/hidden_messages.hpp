#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tidewire::consumer {

/// A message, by its receipt handle, that is to be hidden for so long from now on.
struct hiding {
  std::string handle;
  std::chrono::seconds time{0};
};

/// When the messages in hand have to be hidden anew, so that nobody else gets them. Pure.
///
/// It is due when half of the time is over. Each time a message is hidden for as long as it has
/// been in hand, and the visibility more: one that is held for minutes costs a few requests rather
/// than one every few seconds, and after a crash nobody waits for it much longer than it was held.
class hidden_messages {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds hidden_max{43'200};  // of SQS, from the receipt on

  explicit hidden_messages(std::chrono::seconds visibility) : visibility_(visibility) {}

  /// Received at `now`, hidden for the visibility.
  void add(const std::string& handle, time_point now);
  /// It is dealt with. Unknown ones are passed over.
  void remove(const std::string& handle);

  /// Of those that are due, the first `count_max`. They are due again in a quarter of the
  /// visibility, unless `hidden` or `remove` is called.
  std::vector<hiding> take_due(time_point now, std::size_t count_max);
  /// What was taken at `taken` has been done.
  void hidden(const hiding& done, time_point taken);

  /// When the next is due.
  std::optional<time_point> next() const;
  bool holds(const std::string& handle) const { return messages_.contains(handle); }
  std::size_t count() const noexcept { return messages_.size(); }

 private:
  using schedule = std::multimap<time_point, const std::string*>;  // keys of messages_
  struct message {
    time_point received;
    schedule::iterator due;
  };
  void move_due(message& m, time_point due);

  std::chrono::seconds visibility_;
  std::unordered_map<std::string, message> messages_;
  schedule due_;
};

}  // namespace tidewire::consumer
