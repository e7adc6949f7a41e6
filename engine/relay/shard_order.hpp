#pragma once

#include "aws/kinesis.hpp"
#include "relay/checkpoint.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidewire::relay {

/// Where reading begins in shards that have no checkpoint.
struct start_point {
  enum class kind { trim_horizon, latest, at_timestamp };
  kind where = kind::trim_horizon;
  std::chrono::system_clock::time_point timestamp{};
};

/// `TRIM_HORIZON`, `LATEST` or `AT_TIMESTAMP:2026-01-31T00:00:00Z` (a fraction and a `+01:00` are
/// read too).
std::optional<start_point> parse_start(std::string_view text);

/// Where to begin in one shard.
struct shard_start {
  aws::shard what;
  aws::iterator_request from;
  std::optional<position> resumed;  // the checkpoint behind `from`
  std::optional<std::uint64_t>
      skip_through;  // user records of the first aggregate, up to this one, were dealt with
  std::optional<std::int64_t> from_ms;
};

/// Which shards of a stream may be read now: a child only when its parents were read to their ends
/// and all of them dealt with, else a key that moved from one to the other would be overtaken.
/// Pure.
class shard_order {
 public:
  /// \param now stands in for "latest" in the checkpoints, so that a restart does not skip what
  /// came in between.
  shard_order(std::string stream,
              start_point start,
              std::span<const checkpoint> checkpoints,
              std::chrono::system_clock::time_point now);

  /// What ListShards, or the end of a shard, said there is. Safe to repeat.
  void learn(std::span<const aws::shard> shards);
  /// The shard was read to its end and dealt with.
  void ended(const std::string& shard_id);

  /// Takes the shards that may begin now; each is handed out once.
  std::vector<shard_start> take_startable();
  /// Checkpoints to be written before anything is read: closed shards that start=LATEST passes
  /// over.
  std::vector<checkpoint> take_passed_over();
  /// Checkpoints that belong to an earlier stream of this name, and were not used.
  std::vector<std::string> take_stale();

 private:
  enum class state { waiting, reading, ended };
  struct known_shard {
    aws::shard what;
    state now = state::waiting;
    bool first_sight = false;  // listed when the relay first met the stream
  };

  bool parent_done(const std::string& parent_id) const;
  shard_start start_of(const known_shard& s) const;
  const checkpoint* checkpoint_of(const std::string& shard_id) const;

  std::string stream_;
  start_point start_;
  std::map<std::string, checkpoint> checkpoints_;
  std::chrono::system_clock::time_point now_;
  std::map<std::string, known_shard> shards_;
  std::vector<checkpoint> passed_over_;
  std::vector<std::string> stale_;
  bool first_listing_ = true;
  bool stream_is_new_;
};

}  // namespace tidewire::relay
