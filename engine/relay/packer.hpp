#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidewire::relay {

/// An event on its way to the bus.
struct relay_entry {
  std::string key;       // partition key of the record: order is kept within it
  std::string detail;    // a JSON object
  std::size_t size = 0;  // as PutEvents counts it
  std::string original;  // the record's bytes, where the detail is not the same
  std::optional<std::uint64_t> sub_sequence_number;  // of a record out of an aggregate
  std::uint64_t number = 0;                          // of the prefix
  std::int64_t time_ms = 0;                          // Unix milliseconds
  int attempts = 0;                                  // that failed
  bool alone = false;  // it was part of a request that was refused as a whole
};

/// Decides which entries travel together, and when.
///
/// A PutEvents request may fail in part, so a key has at most one entry under way: not two in one
/// request, and none while an earlier one waits for its next attempt. Other keys go on. An entry
/// over the request's limit, or one that has to show whether it was the guilty one, travels alone.
/// Pure: time is an argument.
class packer {
 public:
  using clock = std::chrono::steady_clock;

  struct limits {
    std::size_t entries_max = 10;
    std::size_t bytes_max = 256U * 1024U;
    std::chrono::milliseconds backoff_first{100};  // doubled with each failure, with full jitter
    std::chrono::milliseconds backoff_max{20'000};
  };

  packer(limits how, std::uint64_t seed);
  ~packer();
  packer(packer&&) noexcept;
  packer& operator=(packer&&) noexcept;

  void add(relay_entry entry);

  /// The next request, oldest key first; empty when nothing may go now. The entries stay the
  /// packer's until settled and do not move.
  std::vector<relay_entry*> take(clock::time_point now);

  /// The entry has reached its end; its key's next one may go.
  void finished(const relay_entry* entry);
  /// The entry has to go again, no earlier than `at_least` from now.
  void failed(relay_entry* entry, clock::time_point now, std::chrono::milliseconds at_least = {});

  /// The request as a whole did not come through: its entries are the first to go again.
  void returned(std::span<relay_entry* const> request);

  /// When the earliest waiting attempt falls due; nothing waits: nothing.
  std::optional<clock::time_point> next_due() const;
  std::size_t entry_count() const noexcept { return entries_; }
  std::size_t byte_count() const noexcept { return bytes_; }

 private:
  struct lane;
  struct delayed {
    clock::time_point due;
    std::uint64_t order;
    lane* who;
    bool operator>(const delayed& other) const noexcept {
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  std::chrono::milliseconds backoff(int attempts);
  void release_due(clock::time_point now);

  limits limits_;
  std::mt19937_64 random_;
  std::unordered_map<std::string, std::unique_ptr<lane>> lanes_;
  std::deque<lane*> ready_;  // keys with an entry that may go now, longest waiting first
  std::priority_queue<delayed, std::vector<delayed>, std::greater<>> delayed_;
  std::uint64_t delays_ = 0;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace tidewire::relay
