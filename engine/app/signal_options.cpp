#include "app/engine_options.hpp"
#include "signals/table_choice.hpp"

#include <algorithm>
#include <string_view>

/// debezium.source.signal.*, incremental.snapshot.* and notification.*
namespace tidewire::app {
namespace {

using config::settings;

bool lists(const settings& from, std::string_view property, std::string_view word) {
  return std::ranges::count(from.list(property), word) > 0;
}

}  // namespace

signal_options signal_options_of(const settings& from) {
  constexpr std::string_view channels = "debezium.source.signal.enabled.channels";
  constexpr std::size_t budget_share = 8;  // the batches have a half of it
  signal_options to;
  if (const std::string table = from.text("debezium.source.signal.data.collection"); !table.empty())
    to.table = signals::read_table_name(table);
  to.from_table = lists(from, channels, "source");
  if (lists(from, channels, "file")) to.file = from.text("debezium.source.signal.file");
  to.file_interval = from.duration("debezium.source.signal.poll.interval.ms");
  to.chunk_rows =
      static_cast<std::size_t>(from.integer("debezium.source.incremental.snapshot.chunk.size"));
  to.chunk_bytes_max =
      static_cast<std::size_t>(from.bytes("tidewire.memory.budget")) / budget_share;
  to.delete_marks =
      from.text("debezium.source.incremental.snapshot.watermarking.strategy") == "INSERT_DELETE";
  return to;
}

notification_options notification_options_of(const settings& from) {
  constexpr std::string_view channels = "debezium.source.notification.enabled.channels";
  notification_options to;
  to.sink = lists(from, channels, "sink");
  to.log = lists(from, channels, "log");
  to.topic = from.text("debezium.source.notification.sink.topic.name");
  return to;
}

}  // namespace tidewire::app
