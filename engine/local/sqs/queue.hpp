#pragma once

#include "local/call/token_bucket.hpp"
#include "local/sqs/message.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidewire::local {

/// The attributes of a queue that decide what happens to messages; all have SQS's defaults.
struct sqs_settings {
  std::int64_t visibility_s = 30;
  std::int64_t delay_s = 0;
  std::int64_t retention_s = 345'600;
  std::int64_t wait_s = 0;
  std::int64_t message_bytes_max = 1'048'576;
  bool content_based_deduplication = false;
  bool deduplicate_by_group = false;  // DeduplicationScope = messageGroup
  std::string dead_letter_arn;        // empty: no redrive
  std::int64_t receives_max = 0;
};

/// The messages of one queue. A message is *waiting* (may be received), *delayed* or *in flight*
/// (hidden until a time), and a FIFO group with a message in flight waits as a whole. Times are
/// milliseconds since 1970. No input or output, no clock.
class sqs_queue {
 public:
  explicit sqs_queue(bool fifo) noexcept : fifo_(fifo) {}

  struct sent {
    std::string message_id;
    std::string sequence_number;
    std::optional<std::uint64_t> place;  // nothing: a repeat of what was sent within five minutes
  };
  /// Puts a message behind all others. `hidden_ms` delays it.
  sent send(sqs_message message,
            const sqs_settings& settings,
            std::int64_t now_ms,
            std::int64_t hidden_ms);

  /// What would be received next. Call advance() before.
  std::optional<std::uint64_t> next() const;
  /// Puts the message in flight under a new receipt.
  sqs_message& receive(std::uint64_t place,
                       std::int64_t now_ms,
                       std::int64_t visibility_ms,
                       std::uint64_t receipt);
  /// Until now further messages of a group could follow the first; from now on it waits for those
  /// in flight.
  void end_batch();

  sqs_message* find(std::uint64_t place) noexcept;
  bool in_flight(std::uint64_t place) const noexcept;
  /// Changes until when a message in flight is hidden.
  void hide_until(std::uint64_t place, std::int64_t visible_ms);
  std::optional<sqs_message> remove(std::uint64_t place);
  void clear();

  /// Lets what is due become visible again and forgets what is too old.
  void advance(std::int64_t now_ms, std::int64_t retention_ms);
  /// When something hidden becomes visible, if nothing else happens.
  std::optional<std::int64_t> due_ms() const noexcept;

  struct counts {
    std::size_t waiting = 0;
    std::size_t in_flight = 0;
    std::size_t delayed = 0;
  };
  counts count() const noexcept;
  /// About what the queue takes of memory: its messages, and what it remembers of repeats.
  std::size_t bytes() const noexcept;
  bool fifo() const noexcept { return fifo_; }

  /// For the journal: a message exactly as it was, in its old place.
  void restore(std::uint64_t place,
               sqs_message message,
               std::int64_t visible_ms,
               bool was_received,
               std::int64_t now_ms);
  /// For the journal: the deduplication that a message left behind.
  void remember(const sqs_message& message, const sqs_settings& settings);
  std::int64_t visible_ms(std::uint64_t place) const noexcept;
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& [place, e] : entries_) visit(place, e.message);
  }

  token_bucket sends{300, 300};  // FIFO without high throughput: calls per second
  token_bucket receives{300, 300};
  token_bucket deletes{300, 300};

 private:
  enum class phase { waiting, delayed, in_flight };
  struct entry {
    sqs_message message;
    phase now = phase::waiting;
    std::int64_t visible_ms = 0;
  };
  struct group {
    std::set<std::uint64_t> waiting;
    std::size_t in_flight = 0;
  };
  struct repeat {
    std::string message_id;
    std::string sequence_number;
    std::int64_t until_ms = 0;
  };

  void show(std::uint64_t place, entry& e);
  void hide(std::uint64_t place, entry& e, phase how, std::int64_t until_ms);
  void unhide(std::uint64_t place, entry& e);
  void offer(const std::string& group_id, group& g);
  void withdraw(const std::string& group_id, const group& g);
  void forget_repeats(std::int64_t now_ms);
  std::string repeat_key(const sqs_message& message, const sqs_settings& settings) const;

  bool fifo_;
  std::uint64_t next_place_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::map<std::uint64_t, entry> entries_;
  std::set<std::uint64_t> waiting_;                // standard queues
  std::unordered_map<std::string, group> groups_;  // FIFO queues
  std::set<std::pair<std::uint64_t, std::string>>
      open_groups_;  // groups that may be received from, by their oldest message
  std::set<std::string>
      batch_groups_;  // groups met in the batch at hand, which stay open until its end
  std::set<std::pair<std::int64_t, std::uint64_t>> hidden_;  // by the time of becoming visible
  std::size_t in_flight_ = 0;
  std::size_t message_bytes_ = 0;
  std::unordered_map<std::string, repeat> repeats_;
  std::set<std::pair<std::int64_t, std::string>> repeats_by_time_;
};

}  // namespace tidewire::local
