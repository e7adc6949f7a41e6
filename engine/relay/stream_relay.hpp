#pragma once

#include "pipeline/doorbell.hpp"
#include "relay/gate.hpp"
#include "relay/shard_relay.hpp"

#include <chrono>
#include <list>
#include <optional>
#include <vector>

namespace tidewire::relay {

/// One stream: finds its shards, starts each when its parents are done, and looks for new ones.
class stream_relay {
 public:
  stream_relay(relay_services& services, entry_options entries);

  asio::awaitable<void> run();
  void stop();
  stream_state state() const;

 private:
  using clock = std::chrono::steady_clock;

  asio::awaitable<bool> own();
  asio::awaitable<std::optional<std::vector<checkpoint>>> load();
  asio::awaitable<bool> list(shard_order& order);
  asio::awaitable<void> start_shards(shard_order& order);
  asio::awaitable<void> run_shard(shard_relay& one, shard_order& order);
  asio::awaitable<void> rest(std::chrono::milliseconds time);

  relay_services& services_;
  entry_options entries_;
  std::list<shard_relay> shards_;  // being read; a list, since each stays where it is
  backoff backoff_;
  state_line state_;
  bool is_found_ = false;
  bool is_well_ = false;  // ours, and its shards were listed the last time
  bool list_again_ = true;
  bool stopping_ = false;
  pipeline::doorbell bell_;
  gate gate_;
};

}  // namespace tidewire::relay
