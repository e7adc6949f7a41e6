#pragma once

#include "app/slot_guardian.hpp"
#include "app/source_options.hpp"
#include "base/compression.hpp"
#include "config/settings.hpp"
#include "debezium/position_file.hpp"
#include "event/options.hpp"
#include "pipeline/batch_pool.hpp"
#include "pipeline/outlet.hpp"
#include "postgres/connection.hpp"
#include "postgres/publication.hpp"
#include "postgres/streamed_transactions.hpp"
#include "postgres/table_name.hpp"
#include "sinks/publisher.hpp"
#include "transform/chain.hpp"
#include "transform/transformed_output.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidewire::app {

/// snapshot.mode
enum class snapshot_mode : std::uint8_t {
  initial,  // at the first start
  always,   // at each start
  never,
  initial_only,  // at the first start, and nothing after it
};

/// Which tables are captured, and in which order a snapshot reads them.
struct capture_options {
  postgres::table_filter captured;
  postgres::table_filter snapshotted;                     // of the captured ones
  std::vector<postgres::table_filter> snapshot_patterns;  // one per element of table.include.list
};

/// Where signals come from, and how the incremental snapshots that they ask for are read.
struct signal_options {
  std::optional<postgres::table_name> table;  // signal.data.collection
  bool from_table = true;                     // else its rows are marks of chunks only
  std::string file;                           // empty: there is no such channel
  std::chrono::milliseconds file_interval{5'000};
  std::size_t chunk_rows = 1024;
  /// A chunk is cut short at this, so that its rows do not exceed the memory budget.
  std::size_t chunk_bytes_max = 8U * 1024U * 1024U;
  bool delete_marks = false;  // watermarking strategy INSERT_DELETE

  bool any() const noexcept { return table.has_value() || !file.empty(); }
};

/// notification.*
struct notification_options {
  bool sink = false;
  bool log = false;
  std::string topic;  // of the sink's

  bool any() const noexcept { return sink || log; }
};

/// debezium.transforms, and what leaves them.
struct transform_options {
  std::shared_ptr<const transform::chain> steps;  // null: there are none
  transform::transformed_output::options out;
};

/// tidewire.postgres.streaming
enum class streaming_mode : std::uint8_t {
  off,
  on,         // an older server is refused
  automatic,  // where the server can
};

/// All that the reader goes by: the properties, as the rooms want them.
struct reader_options {
  postgres::connection_options database;
  std::string slot;
  bool drop_slot_on_stop = false;
  bool failover_slot = false;
  postgres::publication_options publication;
  capture_options capture;
  event::options events;  // with transforms that read the content: always with schemas
  transform_options transforms;
  snapshot_mode snapshot = snapshot_mode::initial;
  std::chrono::milliseconds snapshot_delay{0};
  std::size_t snapshot_connections = 1;  // snapshot.max.threads
  std::chrono::milliseconds snapshot_lock_timeout{10'000};
  bool snapshot_resume = true;                        // tidewire.snapshot.resume
  std::uint64_t snapshot_piece = 128U * 1024 * 1024;  // bytes; tidewire.snapshot.piece
  std::uint32_t snapshot_configuration = 0;           // snapshot_fingerprint()
  std::map<std::string, std::string>
      snapshot_selects;  // the statement in place of a table, by schema.table
  signal_options signals;
  notification_options notifications;
  std::vector<identity_rule> identities;  // the first that fits a table counts
  std::vector<std::pair<std::string, std::string>> stream_parameters;
  streaming_mode streaming = streaming_mode::off;
  postgres::streamed_transactions::options streamed;
  bool catch_up = false;                            // tidewire.catchup
  std::uint64_t catch_up_from = 64U * 1024 * 1024;  // bytes of log behind its end
  std::chrono::milliseconds status_interval{10'000};
  std::chrono::milliseconds heartbeat_interval{0};  // 0: none
  std::string heartbeat_query;
  std::chrono::milliseconds xmin_interval{0};  // 0: `source.xmin` is null
  std::chrono::milliseconds busy_slot_wait_max{10'000};
  std::string offsets_file;  // empty: the position is kept by the slot alone
  std::string debezium_offsets_file;
  debezium::entry_key debezium_key;  // whose position counts in that file
  std::chrono::milliseconds offsets_interval{0};
};

struct pipeline_options {
  std::size_t publisher_threads = 1;  // those beyond outlet.key_publishers have work in snapshots
  pipeline::batch_pool::options pool;
  pipeline::outlet::options outlet;
  sinks::publisher::options publisher;
};

/// \throws startup_error for what the property table could not judge by itself.
/// The key under which a Debezium Server with this file keeps its position.
debezium::entry_key debezium_key_of(const config::settings& properties);
reader_options reader_options_of(const config::settings& properties);
slot_guardian::options guardian_options_of(const config::settings& properties);
pipeline_options pipeline_options_of(const config::settings& properties);
/// Of what goes to Kinesis.
compression compression_of(const config::settings& properties);
event::options event_options_of(const config::settings& properties);
signal_options signal_options_of(const config::settings& properties);
notification_options notification_options_of(const config::settings& properties);
transform_options transform_options_of(const config::settings& properties);
capture_options capture_options_of(const config::settings& properties);
postgres::connection_options connection_options_of(const config::settings& properties);

}  // namespace tidewire::app
