#pragma once

#include "relay/position.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace tidewire::relay {

/// The records of one shard between being read and being dealt with. Only the gap-free run of
/// finished ones at the front may become a checkpoint: a restart reads again from behind it.
class prefix {
 public:
  /// A record was read; its number is what finished() wants to know.
  /// \param arrived_ms when it came to the stream, Unix time
  std::uint64_t read(position where, std::int64_t arrived_ms = 0) {
    waiting_.push_back({std::move(where), arrived_ms, false});
    return first_ + waiting_.size() - 1;
  }

  /// The bus has it, the dead letters have it, or nobody was to have it.
  void finished(std::uint64_t number) {
    assert(number >= first_ && number < first_ + waiting_.size());
    waiting_[static_cast<std::size_t>(number - first_)].done = true;
    for (; !waiting_.empty() && waiting_.front().done; ++first_) {
      last_ = std::move(waiting_.front().where);
      waiting_.pop_front();
    }
  }

  /// Where a record that is not finished yet was read.
  const position& at(std::uint64_t number) const {
    assert(number >= first_ && number < first_ + waiting_.size());
    return waiting_[static_cast<std::size_t>(number - first_)].where;
  }

  /// The end of the gap-free run; nothing before the first record of the shard is finished.
  const std::optional<position>& end() const noexcept { return last_; }
  /// How many were ever passed by end(): grows whenever it moves.
  std::uint64_t passed() const noexcept { return first_; }
  std::size_t unfinished_span() const noexcept { return waiting_.size(); }
  /// When the first of those that are not passed came to the stream; nothing: there are none.
  std::optional<std::int64_t> oldest_ms() const noexcept {
    return waiting_.empty() ? std::nullopt : std::optional(waiting_.front().arrived_ms);
  }

 private:
  struct slot {
    position where;
    std::int64_t arrived_ms;
    bool done;
  };
  std::deque<slot> waiting_;
  std::uint64_t first_ = 0;  // number of waiting_.front()
  std::optional<position> last_;
};

}  // namespace tidewire::relay
