#include "signals/recent_transactions.hpp"

#include <algorithm>
#include <span>

namespace tidewire::signals {

bool recent_transactions::all_seen_by(
    const postgres::transaction_snapshot& snapshot) const noexcept {
  const auto known = std::span(xids_).first(std::min(added_, xids_.size()));
  return std::ranges::all_of(known, [&](std::uint32_t xid) { return snapshot.sees(xid); });
}

}  // namespace tidewire::signals
