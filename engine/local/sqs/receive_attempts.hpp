#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidewire::local {

/// What the calls of ReceiveMessage that had an id (ReceiveRequestAttemptId) took from a FIFO
/// queue. A client that missed the answer asks again under the same id and gets the same messages,
/// for five minutes. Times are milliseconds since 1970.
/// Source: SQS API reference, ReceiveMessage.
class receive_attempts {
 public:
  /// A message as the call left it.
  struct taken {
    std::uint64_t place = 0;
    std::uint64_t receipt = 0;
    std::int64_t visible_ms = 0;
  };

  /// \param messages of a call under an id that is not known.
  void remember(std::string_view id, std::vector<taken> messages, std::int64_t now_ms);
  /// Null: there was no such call within five minutes. Lives until the next call of this object.
  std::vector<taken>* find(std::string_view id, std::int64_t now_ms);
  /// About what is taken of memory.
  std::size_t bytes() const noexcept;

 private:
  void forget_old(std::int64_t now_ms);

  std::map<std::string, std::vector<taken>, std::less<>> known_;
  std::deque<std::pair<std::int64_t, std::string>> by_time_;  // of the end of the five minutes
};

}  // namespace tidewire::local
