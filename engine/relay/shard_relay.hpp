#pragma once

#include "aws/eventbridge.hpp"
#include "aws/kinesis.hpp"
#include "aws/kpl.hpp"
#include "base/compression.hpp"
#include "pipeline/doorbell.hpp"
#include "relay/backoff.hpp"
#include "relay/checkpoint.hpp"
#include "relay/dead_letter.hpp"
#include "relay/gate.hpp"
#include "relay/options.hpp"
#include "relay/pace.hpp"
#include "relay/packer.hpp"
#include "relay/prefix.hpp"
#include "relay/shard_order.hpp"
#include "relay/state_line.hpp"
#include "relay/verdict.hpp"
#include "relay/worker.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tidewire::relay {

/// What all shards share; outlives them.
struct relay_services {
  asio::any_io_executor executor;
  const relay_options& options;
  aws::kinesis_client& kinesis;
  aws::eventbridge_client& bus;
  dead_letters& letters;
  checkpoint_folder& folder;
  worker& disk;
  relay_counters& counters;
  unpacker& packed;
};

/// One shard from its starting point to its end, or until stopped. Four coroutines that wait for
/// each other by doorbells: one reads pages into the packer, one sends what the packer hands out
/// (each request a coroutine of its own), one buries dead letters, one writes the checkpoint behind
/// them. So a page is fetched while the one before is being put.
class shard_relay {
 public:
  shard_relay(relay_services& services, entry_options entries, shard_start start);

  /// Comes back when the shard was read to its end and dealt with (`ended()`), or after stop() when
  /// what was read has reached the bus or `drain_max` is over.
  asio::awaitable<void> run();
  void stop();

  bool ended() const noexcept { return ended_ && prefix_.unfinished_span() == 0; }
  const aws::shard& shard() const noexcept { return start_.what; }
  /// How far it is behind the end of the shard.
  std::int64_t behind_ms() const;
  /// What stands in its way; empty: nothing does.
  std::string trouble() const;
  /// Of an ended shard.
  const std::vector<aws::shard>& children() const noexcept { return children_; }

 private:
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  asio::awaitable<void> read();
  asio::awaitable<std::string> open();
  milliseconds read_failed(const aws::failure& f, std::string& iterator);
  asio::awaitable<void> rest(milliseconds time);
  asio::awaitable<void> take_in_page(std::vector<aws::stream_record> records);
  void take_in(const aws::stream_record& record);
  void take_in_event(const aws::user_record& event, const aws::stream_record& record, bool is_last);

  asio::awaitable<void> send();
  asio::awaitable<void> put(std::vector<relay_entry*> request);
  void settle(std::vector<relay_entry*>& request,
              const aws::outcome<std::vector<aws::event_entry_result>>& answer);
  void settle_request_failure(std::vector<relay_entry*>& request, const aws::failure& f);
  void settle_dead(relay_entry* entry, const aws::failure& f);
  clock::time_point next_look() const;
  bool may_send() const noexcept;
  bool all_sent() const noexcept;
  bool out_of_time() const noexcept;

  struct grave {
    dead_letter letter;
    std::uint64_t number;
  };
  void bury_later(dead_letter letter, std::uint64_t number);
  asio::awaitable<void> bury();

  asio::awaitable<void> keep();
  checkpoint current() const;
  asio::awaitable<bool> save();

  std::size_t buffered_bytes() const noexcept { return packer_.byte_count() + buried_bytes_; }
  std::string place() const;

  relay_services& services_;
  shard_start start_;
  entry_maker maker_;
  packer packer_;
  prefix prefix_;
  pace pace_;
  backoff read_backoff_;
  backoff bus_backoff_;
  clock::time_point bus_pause_until_{};
  std::deque<grave> graves_;
  std::size_t buried_bytes_ = 0;
  std::size_t in_flight_ = 0;
  std::string last_read_;            // sequence number
  std::int64_t page_behind_ms_ = 0;  // of the last page read
  clock::time_point page_at_ = clock::now();
  bool bus_failing_ = false;  // whole requests, as the last one did; so are the next two
  bool read_failing_ = false;
  bool disk_failing_ = false;
  std::vector<aws::shard> children_;
  bool reading_ = true;
  bool sending_ = true;
  bool burying_ = true;
  bool ended_ = false;
  bool stopping_ = false;
  clock::time_point drain_until_ = clock::time_point::max();
  std::uint64_t saved_passed_ = 0;
  bool saved_ended_ = false;
  state_line read_state_;
  state_line bus_state_;
  state_line disk_state_;
  pipeline::doorbell reader_bell_;
  pipeline::doorbell sender_bell_;
  pipeline::doorbell burier_bell_;
  pipeline::doorbell keeper_bell_;
  gate gate_;
};

}  // namespace tidewire::relay
