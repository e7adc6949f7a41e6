#pragma once

#include "base/lsn.hpp"
#include "postgres/slot_forecast.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidewire::app {

/// What the pages of a running engine say of it.
struct engine_pages {
  lsn received;
  lsn durable;
  std::int64_t oldest_ms = 0;  // the age of the oldest commit that the sink does not have
  std::uint64_t held = 0;      // records that are refused for good
  std::string phase;           // `streaming`
  std::string trouble;         // why it is not ready; empty: it is
};

/// Of the two pages' texts. Nothing where they are not an engine's.
std::optional<engine_pages> read_engine_pages(std::string_view metrics, std::string_view readiness);

/// How far a relay is behind the end of a shard.
struct shard_lag {
  std::string name;                       // `stream shop.orders shard shardId-000000000000`
  std::optional<std::int64_t> behind_ms;  // nothing: not known, see `trouble`
  std::string trouble{};
};

struct queue_lag {
  std::string name;
  std::uint64_t waiting = 0;
  std::uint64_t in_work = 0;  // received, and not deleted yet
  std::string trouble{};      // why it is not known
};

/// All that was looked at; what cannot be had has its trouble.
struct road_state {
  std::string slot_name;  // empty: the file sets up no engine, and those stages are not looked at
  std::string database_trouble{};
  std::optional<postgres::slot_sample> slot{};  // nothing: there is none, or see the trouble
  std::string engine_place;                     // `http://127.0.0.1:8080`
  std::string engine_trouble{};
  std::optional<engine_pages> engine{};
  std::vector<shard_lag> shards{};
  std::vector<queue_lag> queues{};
};

/// Where changes wait, in words. Pure.
struct lag_report {
  std::vector<std::string> lines{};     // a stage each, in the order of the road
  std::vector<std::string> verdicts{};  // what holds changes up; empty: nothing does
};

lag_report report_lag(const road_state& road);

}  // namespace tidewire::app
