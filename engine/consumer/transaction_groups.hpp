#pragma once

#include "consumer/envelope.hpp"
#include "consumer/receipt.hpp"
#include "consumer/transaction_mark.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidewire::consumer {

struct held_event {
  received_event event;
  std::vector<receipt> receipts;  // more than one where it came again in another message
};

/// Events of one transaction that are to be printed together: BEGIN, the changes in their order,
/// END; then the messages may be deleted.
struct transaction_run {
  enum class state {
    complete,    // END has come, and as many changes as it counts
    incomplete,  // given up: held for too long, or others needed the room
    late,        // came when the rest had been printed
  };
  enum class reason { none, time, room };

  std::string id;
  std::int64_t commit_ms = 0;
  state how = state::complete;
  reason why = reason::none;                 // it is incomplete
  std::size_t changes = 0;                   // different ones
  std::optional<std::uint64_t> event_count;  // as END says; nothing where it has not come
  std::vector<held_event> events;
};

/// Holds the events of each transaction until all have come. Pure.
///
/// Runs come in the order in which transactions become complete, which need not be the order of
/// their commits.
class transaction_groups {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct limits {
    std::chrono::milliseconds age_max{300'000};  // from the first event on
    std::size_t messages_max = 10'000;           // held; SQS allows 120,000 in flight
    std::size_t bytes_max = 64UL * 1024 * 1024;  // of what is held
    std::size_t remembered_max = 1'000'000;      // events that were printed, 16 bytes each
  };

  /// What became of a message.
  struct taken {
    std::vector<transaction_run> runs;   // to be printed now
    std::optional<receipt> repeat;       // of what was printed: to be deleted unprinted
    std::optional<std::string> expired;  // the older handle of a held message that came again
  };

  explicit transaction_groups(const limits& how) : limits_(how) {}

  /// \param event one with a transaction_mark.
  taken take(receipt message, received_event event, time_point now);
  /// The transactions that have been held for too long.
  std::vector<transaction_run> take_expired(time_point now);
  /// When the next one will have been.
  std::optional<time_point> next_expiry() const;
  /// The handles of all that is held, which is forgotten.
  std::vector<std::string> give_back();

  std::size_t messages() const noexcept { return messages_; }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  using place = std::pair<std::uint64_t, std::uint64_t>;  // order, then lsn
  struct group {
    std::string key;
    std::string id;
    std::int64_t commit_ms = 0;
    time_point since;
    std::map<place, held_event> events;
    std::size_t changes = 0;
    std::optional<std::uint64_t> event_count;

    bool is_complete() const noexcept { return event_count && changes >= *event_count; }
  };
  using position = std::list<group>::iterator;

  static place place_of(const transaction_mark& mark);
  taken take_printed(std::vector<place>& before, receipt message, received_event event);
  void hold(group& to, receipt message, received_event event, taken& what);
  transaction_run finish(position which, transaction_run::state how, transaction_run::reason why);
  void remember(std::string key, std::vector<place> places);
  void forget_oldest();

  limits limits_;
  std::list<group> groups_;  // the oldest first
  std::unordered_map<std::string, position> by_key_;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, std::vector<place>> printed_;  // sorted, by a transaction's key
  std::deque<std::string> printed_order_;
  std::size_t remembered_ = 0;
};

}  // namespace tidewire::consumer
