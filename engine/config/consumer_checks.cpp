#include "config/loader.hpp"
#include "config/property_table.hpp"
#include "config/value_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

/// tidewire.consumer.transactions: what the rest of the file must do for it.
namespace tidewire::config {
namespace {

std::string text_of(const loaded& all, std::string_view name) {
  if (const auto* const value = all.find(name)) return value->text;
  return std::string(find_property(name)->initial.value_or(""));
}

/// While a message of a FIFO queue is in hand, the queue hands out no more of its group than came
/// with it, so a transaction that is held would keep the rest of itself away.
void check_queue_of_transactions(loaded& all, const loaded_value& wanted) {
  const auto* queue = all.find("tidewire.consumer.queue-url");
  if (queue == nullptr) queue = all.find("tidewire.provision.queue.name");
  if (queue == nullptr || !queue->text.ends_with(".fifo")) return;
  all.problems.push_back(fmt::format(
      "{}: {}={} is not allowed: {} is a FIFO queue, which hands out no more of a message group "
      "while some of it is held; let the rule send to a standard queue, whose name does not end in "
      ".fifo",
      wanted.place,
      wanted.name,
      wanted.text,
      queue->text));
}

/// A file that is for the engine or the relay as well shows whether BEGIN and END will come.
void check_source_of_transactions(loaded& all, const loaded_value& wanted) {
  const auto* const prefix = all.find("debezium.source.topic.prefix");
  if (prefix == nullptr) return;
  const auto warn = [&](const std::string& why) {
    all.warnings.push_back(
        {wanted.name, fmt::format("{}: {}: {}", wanted.place, wanted.name, why)});
  };
  constexpr std::string_view metadata = "debezium.source.provide.transaction.metadata";
  if (!read_flag(text_of(all, metadata)).value_or(false)) {
    warn(fmt::format("no event tells its transaction without {}=true", metadata));
    return;
  }
  const std::string stream = prefix->text + text_of(all, "debezium.source.topic.delimiter") +
                             text_of(all, "debezium.source.topic.transaction");
  const auto* const relayed = all.find("tidewire.relay.streams");
  if (relayed == nullptr) return;
  const auto streams = read_list(relayed->text);
  if (std::ranges::find(streams, stream) == streams.end())
    warn(fmt::format("no transaction is ever complete, as {} does not name the stream {}",
                     relayed->name,
                     stream));
}

}  // namespace

void check_consumer(loaded& all) {
  const auto* const found = all.find("tidewire.consumer.transactions");
  if (found == nullptr || !read_flag(found->text).value_or(false)) return;
  const loaded_value wanted = *found;
  check_queue_of_transactions(all, wanted);
  check_source_of_transactions(all, wanted);
}

}  // namespace tidewire::config
