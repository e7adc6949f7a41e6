#include "app/engine_options.hpp"

#include "app/snapshot_fingerprint.hpp"
#include "base/regex_list.hpp"
#include "transform/shorten_columns.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tidewire::app {
namespace {

using config::settings;

constexpr std::size_t mebibyte = 1024U * 1024U;

/// What the batches may hold of tidewire.memory.budget; the rest is for requests on their way,
/// which are copies, and for answers being read. 16 MiB are 5,000 records of Debezium's usual size:
/// more than a stream has in flight.
constexpr std::size_t batch_share(std::size_t budget) noexcept {
  return budget / 4;
}

/// What streamed transactions may hold of it before they spill.
constexpr std::size_t streamed_share(std::size_t budget) noexcept {
  return budget / 8;
}

std::string name_of(std::string_view schema, std::string_view table) {
  std::string name;
  name.reserve(schema.size() + table.size() + 1);
  name.append(schema).append(1, '.').append(table);
  return name;
}

postgres::publication_autocreate autocreate_of(const std::string& word) {
  if (word == "disabled") return postgres::publication_autocreate::disabled;
  if (word == "filtered") return postgres::publication_autocreate::filtered;
  return postgres::publication_autocreate::all_tables;
}

snapshot_mode snapshot_mode_of(const std::string& word) {
  if (word == "always") return snapshot_mode::always;
  if (word == "never" || word == "no_data") return snapshot_mode::never;
  if (word == "initial_only") return snapshot_mode::initial_only;
  return snapshot_mode::initial;
}

streaming_mode streaming_mode_of(const std::string& word) {
  if (word == "on") return streaming_mode::on;
  if (word == "auto") return streaming_mode::automatic;
  return streaming_mode::off;
}

postgres::streamed_transactions::options streamed_options_of(const settings& from) {
  postgres::streamed_transactions::options to;
  to.memory_max = streamed_share(from.bytes("tidewire.memory.budget"));
  to.spill.bytes_max = from.bytes("tidewire.spill.max");
  to.spill.folder = from.text("tidewire.spill.directory");
  if (!to.spill.folder.empty()) return to;
  const std::filesystem::path position(from.text("debezium.source.offset.storage.file.filename"));
  to.spill.folder = position.empty() ? std::filesystem::temp_directory_path().string()
                                     : position.parent_path().string();
  return to;
}

pipeline::ordering ordering_of(const std::string& word) {
  if (word == "stream") return pipeline::ordering::stream;
  if (word == "none") return pipeline::ordering::none;
  return pipeline::ordering::key;
}

sinks::refusal refusal_of(const std::string& word) {
  if (word == "skip") return sinks::refusal::skip;
  if (word == "dead-letter") return sinks::refusal::dead_letter;
  return sinks::refusal::hold;
}

/// tidewire.sink.oversize.columns; empty where it names none.
std::function<std::optional<std::string>(std::string_view)> shortening_of(const settings& from) {
  const auto columns = regex_list::parse(from.text("tidewire.sink.oversize.columns"));
  if (columns.empty()) return {};
  const std::size_t bytes_max = from.bytes("tidewire.sink.oversize.columns.bytes");
  return [columns, bytes_max](std::string_view event) {
    const auto named = [&columns](std::string_view name) { return columns.matches(name); };
    return transform::shorten_columns(event, named, bytes_max);
  };
}

std::map<std::string, std::string> snapshot_selects_of(const settings& from) {
  const std::string tables = "debezium.source.snapshot.select.statement.overrides";
  std::map<std::string, std::string> to;
  for (const std::string& table : from.list(tables)) to[table] = from.text(tables + "." + table);
  return to;
}

}  // namespace

postgres::connection_options connection_options_of(const settings& from) {
  postgres::connection_options to;
  to.host = from.text("debezium.source.database.hostname");
  to.port = static_cast<std::uint16_t>(from.integer("debezium.source.database.port"));
  to.user = from.text("debezium.source.database.user");
  to.password = from.text("debezium.source.database.password");
  to.dbname = from.text("debezium.source.database.dbname");
  to.sslmode = from.text("debezium.source.database.sslmode");
  to.sslrootcert = from.text("debezium.source.database.sslrootcert");
  to.sslcert = from.text("debezium.source.database.sslcert");
  to.sslkey = from.text("debezium.source.database.sslkey");
  to.sslpassword = from.text("debezium.source.database.sslpassword");
  to.tcp_keepalive = from.flag("debezium.source.database.tcpKeepAlive");
  to.initial_statements =
      split_statements(from.text("debezium.source.database.initial.statements"));
  return to;
}

capture_options capture_options_of(const settings& from) {
  const auto list = [&from](std::string_view property) {
    return regex_list::parse(from.text(property));
  };
  const auto schemas = list("debezium.source.schema.include.list"),
             not_schemas = list("debezium.source.schema.exclude.list");
  const auto tables = list("debezium.source.table.include.list"),
             not_tables = list("debezium.source.table.exclude.list");
  const auto in_snapshot = list("debezium.source.snapshot.include.collection.list");
  // The signal table is captured whatever the lists say.
  const auto signal_table = signal_options_of(from).table;
  const auto is_signal_table = [signal_table](std::string_view schema, std::string_view table) {
    return signal_table && signal_table->schema == schema && signal_table->name == table;
  };
  capture_options to;
  to.captured = [schemas, not_schemas, tables, not_tables, is_signal_table](
                    std::string_view schema, std::string_view table) {
    if (is_signal_table(schema, table)) return true;
    if (!schemas.empty() && !schemas.matches(schema)) return false;
    if (not_schemas.matches(schema)) return false;
    const std::string name = name_of(schema, table);
    return (tables.empty() || tables.matches(name)) && !not_tables.matches(name);
  };
  to.snapshotted = [in_snapshot](std::string_view schema, std::string_view table) {
    return in_snapshot.empty() || in_snapshot.matches(name_of(schema, table));
  };
  for (std::size_t i = 0; i < tables.size(); ++i)
    to.snapshot_patterns.emplace_back([tables, i](std::string_view schema, std::string_view table) {
      return tables.first_match(name_of(schema, table)) == i;
    });
  if (!to.snapshot_patterns.empty() && signal_table)
    to.snapshot_patterns.emplace_back(is_signal_table);
  return to;
}

debezium::entry_key debezium_key_of(const settings& from) {
  return {.connector = from.text("debezium.sink.type"),
          .server = from.text("debezium.source.topic.prefix")};
}

reader_options reader_options_of(const settings& from) {
  reader_options to;
  to.database = connection_options_of(from);
  to.slot = from.text("debezium.source.slot.name");
  to.drop_slot_on_stop = from.flag("debezium.source.slot.drop.on.stop");
  to.failover_slot = from.flag("debezium.source.slot.failover");
  to.publication = {
      .name = from.text("debezium.source.publication.name"),
      .autocreate = autocreate_of(from.text("debezium.source.publication.autocreate.mode"))};
  to.capture = capture_options_of(from);
  to.events = event_options_of(from);
  to.transforms = transform_options_of(from);
  if (to.transforms.steps && to.transforms.steps->needs_content())
    to.events.key_schemas = to.events.value_schemas = true;
  to.snapshot = snapshot_mode_of(from.text("debezium.source.snapshot.mode"));
  to.snapshot_delay = from.duration("debezium.source.snapshot.delay.ms");
  to.snapshot_connections =
      static_cast<std::size_t>(from.integer("debezium.source.snapshot.max.threads"));
  to.snapshot_lock_timeout = from.duration("debezium.source.snapshot.lock.timeout.ms");
  to.snapshot_selects = snapshot_selects_of(from);
  to.snapshot_resume = from.text("tidewire.snapshot.resume") == "on";
  to.snapshot_piece = from.bytes("tidewire.snapshot.piece");
  to.snapshot_configuration = snapshot_fingerprint(from);
  to.signals = signal_options_of(from);
  to.notifications = notification_options_of(from);
  to.identities = read_identity_rules(from.text("debezium.source.replica.identity.autoset.values"));
  to.stream_parameters = read_stream_parameters(from.text("debezium.source.slot.stream.params"));
  to.streaming = streaming_mode_of(from.text("tidewire.postgres.streaming"));
  to.catch_up = from.text("tidewire.catchup") == "on";
  to.catch_up_from = from.bytes("tidewire.catchup.threshold");
  to.streamed = streamed_options_of(from);
  to.status_interval = from.duration("debezium.source.status.update.interval.ms");
  to.heartbeat_interval = from.duration("debezium.source.heartbeat.interval.ms");
  to.heartbeat_query = from.text("debezium.source.heartbeat.action.query");
  to.xmin_interval = from.duration("debezium.source.xmin.fetch.interval.ms");
  to.busy_slot_wait_max = from.duration("debezium.source.slot.retry.delay.ms");
  to.offsets_interval = from.duration("debezium.source.offset.flush.interval.ms");
  const std::string file = from.text("debezium.source.offset.storage.file.filename");
  if (!file.empty() &&
      !from.text("debezium.source.offset.storage").ends_with("MemoryOffsetBackingStore")) {
    to.offsets_file = file + ".tidewire";
    to.debezium_offsets_file = file;
    to.debezium_key = debezium_key_of(from);
  }
  return to;
}

slot_guardian::options guardian_options_of(const settings& from) {
  slot_guardian::options to;
  to.database = connection_options_of(from);
  to.slot = from.text("debezium.source.slot.name");
  if (from.text("debezium.source.snapshot.mode") != "initial_only")
    to.interval = from.duration("tidewire.slot.watch.interval");
  else
    to.interval = {};
  to.warnings.warning =
      std::chrono::duration_cast<std::chrono::seconds>(from.duration("tidewire.slot.lost.warning"));
  to.warnings.retained_bytes = from.bytes("tidewire.slot.retained.warning");
  return to;
}

compression compression_of(const settings& from) {
  const std::string word = from.text("tidewire.sink.kinesis.compression");
  if (word == "gzip") return compression::gzip;
  if (word == "zstd") return compression::zstd;
  return compression::none;
}

pipeline_options pipeline_options_of(const settings& from) {
  pipeline_options to;
  to.outlet.key_publishers = static_cast<std::size_t>(from.integer("tidewire.publisher.threads"));
  to.publisher_threads = to.outlet.key_publishers;
  to.publisher.lanes.order = ordering_of(from.text("tidewire.sink.ordering"));
  // What is written to the standard output has one order; so has a stream where that is asked for.
  if (to.publisher.lanes.order != pipeline::ordering::stream &&
      from.text("debezium.sink.type") != "stdout")
    to.publisher_threads =
        std::max(to.publisher_threads,
                 static_cast<std::size_t>(from.integer("tidewire.snapshot.publisher.threads")));
  // As many under way in all as the threads of the keys may have.
  to.publisher.lanes.lone_requests_max = std::max<std::size_t>(
      to.publisher.lanes.requests_per_stream_max * to.outlet.key_publishers / to.publisher_threads,
      1);
  const std::size_t share = batch_share(from.bytes("tidewire.memory.budget"));
  to.pool.bytes_max = share;
  to.pool.batches_max = std::max<std::size_t>(256, 8 * to.publisher_threads);
  to.outlet.batch_bytes_max = std::clamp<std::size_t>(share / 32, mebibyte / 32, mebibyte / 2);
  to.publisher.on_refusal = refusal_of(from.text("tidewire.sink.oversize"));
  to.publisher.shorten = shortening_of(from);
  if (from.text("debezium.sink.type") == "kinesis" &&
      !from.flag("tidewire.sink.kinesis.aggregation"))
    to.publisher.values = compression_of(from);
  return to;
}

}  // namespace tidewire::app
