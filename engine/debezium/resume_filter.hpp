#pragma once

#include "base/lsn.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::debezium {

/// Leaves out the changes of a stream's first transaction that another reader has sent: those up to
/// a position. Within a transaction changes come in the order of their positions, but a COPY writes
/// many rows as one record, so that several stand at one position; which of them were sent nobody
/// knows. A lone change at that position was sent; where there are more, all of them pass again.
class resume_filter {
 public:
  enum class verdict : std::uint8_t {
    pass,
    skip,
    pass_with_held,  // first the one that held() has, then this one
  };

  explicit resume_filter(lsn sent_up_to) noexcept : sent_up_to_(sent_up_to) {}

  /// \param commit the position of the transaction's commit record.
  void begin(lsn commit) noexcept;
  /// \param payload the message, kept where it is in doubt whether more follow at its position.
  /// \param makes_several it becomes several events, of which not all may have been sent.
  verdict change(lsn at, std::string_view payload, bool makes_several);
  /// The transaction's end.
  void end() noexcept;

  /// Everything passes from here on.
  bool done() const noexcept { return state_ == state::done; }
  /// Of the transaction that it looked at; 0: none came yet.
  lsn transaction() const noexcept { return commit_; }
  const std::string& held() const noexcept { return held_; }
  std::uint64_t skipped_count() const noexcept { return skipped_; }

 private:
  enum class state : std::uint8_t { before, within, holding, done };

  lsn sent_up_to_;
  lsn commit_;
  state state_ = state::before;
  std::string held_;
  std::uint64_t skipped_ = 0;
};

}  // namespace tidewire::debezium
