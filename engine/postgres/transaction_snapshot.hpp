#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tidewire::postgres {

/// Which transactions a statement sees, as pg_current_snapshot() tells it. A transaction can be in
/// the log, and in a stream of changes, before anybody sees it: its commit is written first, then
/// it may wait for a synchronous standby or for a processor, and only then it becomes visible.
class transaction_snapshot {
 public:
  /// From `xmin:xmax:xid,xid,…`, ids of 64 bits. Nothing if the text is no such thing.
  static std::optional<transaction_snapshot> parse(std::string_view text);

  /// Whether the effects of a transaction that has committed by now are seen. `xid` is of 32 bits,
  /// as pgoutput has it, and of the last two billion transactions.
  bool sees(std::uint32_t xid) const noexcept;

 private:
  std::uint64_t xmin_ = 0;                  // all before it are seen, or were rolled back
  std::uint64_t xmax_ = 0;                  // from it on none is seen
  std::vector<std::uint64_t> in_progress_;  // between the two, ascending
};

}  // namespace tidewire::postgres
