#pragma once

#include "postgres/transaction_snapshot.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace tidewire::signals {

/// The last transactions that the stream has brought. The rows of a chunk must show them all, or
/// an old row would follow the change that made it old.
class recent_transactions {
 public:
  void add(std::uint32_t xid) noexcept {
    xids_[added_ % xids_.size()] = xid;
    ++added_;
  }
  bool all_seen_by(const postgres::transaction_snapshot& snapshot) const noexcept;

 private:
  // A transaction becomes visible soon after its commit: so many others come between the two only
  // where it waits for a synchronous standby and they do not.
  std::array<std::uint32_t, 4096> xids_{};
  std::size_t added_ = 0;
};

}  // namespace tidewire::signals
