#include "app/lag_report.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tidewire::app {
namespace {

/// What is under these is on its way, and waits for nothing.
constexpr std::uint64_t gap_bytes = 1024U * 1024U;
constexpr std::int64_t wait_ms = 2'000;
constexpr std::uint64_t queue_messages = 1'000;
/// So much log before the slot's position is kept for a transaction that is still open.
constexpr std::uint64_t open_transaction_bytes = 256U * 1024U * 1024U;

std::optional<double> figure(std::string_view page, std::string_view name) {
  const std::string begins = "\n" + std::string(name) + " ";
  const auto at = page.find(begins);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = page.substr(at + begins.size());
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
    return std::nullopt;
  return value;
}

std::string text_of(simdjson::dom::element data, std::string_view name) {
  std::string_view text;
  return data[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

/// The phase, and the reason of the first check that is DOWN.
bool read_readiness(std::string_view page, engine_pages& into) {
  simdjson::dom::parser parser;
  simdjson::dom::element whole;
  simdjson::dom::array checks;
  if (parser.parse(simdjson::padded_string(page)).get(whole) != simdjson::SUCCESS ||
      whole["checks"].get(checks) != simdjson::SUCCESS)
    return false;
  for (const auto check : checks) {
    simdjson::dom::element data;
    const bool has_data = check["data"].get(data) == simdjson::SUCCESS;
    const std::string name = text_of(check, "name");
    if (has_data && name == "database") into.phase = text_of(data, "phase");
    if (text_of(check, "status") == "UP" || !into.trouble.empty()) continue;
    const std::string reason = has_data ? text_of(data, "reason") : std::string();
    into.trouble = reason.empty() ? "the " + name + " is not ready" : reason;
  }
  return true;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string time_text(std::int64_t ms) {
  if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
  const auto minutes = ms / 60'000;
  return minutes < 120 ? fmt::format("{} min", minutes) : fmt::format("{} h", minutes / 60);
}

/// Positions come from looks at different moments: one that stands before the other is level.
std::uint64_t between(lsn ahead, lsn behind) noexcept {
  return ahead > behind ? ahead.value - behind.value : 0;
}

class reporter {
 public:
  explicit reporter(const road_state& road) : road_(road) {}

  lag_report run() && {
    if (!road_.slot_name.empty()) {
      database();
      engine();
    }
    for (const auto& shard : road_.shards) relay(shard);
    for (const auto& queue : road_.queues) consumer(queue);
    return std::move(report_);
  }

 private:
  void line(std::string_view stage, const std::string& text) {
    report_.lines.push_back(fmt::format("{:<9} {}", stage, text));
  }
  void blame(std::string words) { report_.verdicts.push_back(std::move(words)); }

  void database() {
    if (!road_.database_trouble.empty()) {
      line("database", road_.database_trouble);
      return blame("the database cannot be asked: " + road_.database_trouble);
    }
    if (!road_.slot) {
      line("database", fmt::format("there is no slot {}", road_.slot_name));
      return blame(fmt::format("there is no slot {}: the first start of `tidewire run` makes it",
                               road_.slot_name));
    }
    const auto& slot = *road_.slot;
    line("database", fmt::format("{} written", to_string(slot.written)));
    if (slot.sent)
      line("walsender",
           fmt::format("{} sent, {} behind",
                       to_string(*slot.sent),
                       bytes_text(between(slot.written, *slot.sent))));
    else
      line("walsender", "nobody streams from the slot");
    line("slot",
         fmt::format("{} confirmed, {} behind; {} of log are kept for it",
                     to_string(slot.confirmed_flush),
                     bytes_text(slot.unconfirmed_bytes),
                     bytes_text(slot.retained_bytes)));
    if (slot.wal_status == "lost")
      blame(fmt::format("slot {} is lost: the server removed log that it needs", road_.slot_name));
    else if (slot.retained_bytes > slot.unconfirmed_bytes + open_transaction_bytes)
      blame(fmt::format(
          "a transaction that began {} of log ago is open, or was when the slot last moved: "
          "its log is kept, and its changes come after its commit (pg_stat_activity.xact_start)",
          bytes_text(slot.retained_bytes)));
  }

  void engine() {
    if (!road_.engine) {
      line("engine", road_.engine_trouble);
      if (road_.slot && road_.slot->sent)
        blame(
            fmt::format("an engine streams, but its pages are not at {} (quarkus.http.host and "
                        ".port, or --page): {}",
                        road_.engine_place,
                        road_.engine_trouble));
      else if (road_.slot)
        blame(fmt::format("no engine runs: nobody streams from slot {}, and {} does not answer",
                          road_.slot_name,
                          road_.engine_place));
      return;
    }
    const auto& engine = *road_.engine;
    const auto waits = between(engine.received, engine.durable);
    line("engine",
         fmt::format(
             "{} read; {}", to_string(engine.received), engine.phase.empty() ? "?" : engine.phase));
    line(
        "sink",
        fmt::format(
            "{} durable, {} behind{}",
            to_string(engine.durable),
            bytes_text(waits),
            engine.oldest_ms == 0 ? "" : ", the oldest change for " + time_text(engine.oldest_ms)));
    if (engine.held > 0)
      blame(
          fmt::format("the sink: it refuses {} records for good, whose keys wait, and the "
                      "position with them; the engine's log names them",
                      engine.held));
    if (!engine.trouble.empty()) return blame("the engine is not ready: " + engine.trouble);
    blame_slowest(engine, waits);
  }

  /// A full stage lets the one before it wait, so the last one at which much waits is the slow one.
  void blame_slowest(const engine_pages& engine, std::uint64_t waits) {
    if (engine.held > 0) return;
    if (waits > gap_bytes || engine.oldest_ms > wait_ms)
      return blame(fmt::format(
          "the sink: {} were read and are not there yet (tidewire_records_retried_total tells "
          "whether it refuses some for now, as a stream with too few shards does)",
          bytes_text(waits)));
    if (!road_.slot || !road_.slot->sent) return;
    const auto unread = between(*road_.slot->sent, engine.received);
    const auto unsent = between(road_.slot->written, *road_.slot->sent);
    if (unread > gap_bytes)
      blame(fmt::format("the engine, or the network before it: {} were sent and not read yet",
                        bytes_text(unread)));
    else if (unsent > gap_bytes)
      blame(
          fmt::format("PostgreSQL's walsender: {} of log are written and not decoded yet, by the "
                      "one processor that a slot has (tidewire.catchup=on reads a backlog past "
                      "it)",
                      bytes_text(unsent)));
  }

  void relay(const shard_lag& shard) {
    line("relay",
         fmt::format("{}: {}",
                     shard.name,
                     shard.behind_ms ? time_text(*shard.behind_ms) + " behind" : shard.trouble));
    if (!shard.behind_ms)
      blame(fmt::format("the relay: {}: {}", shard.name, shard.trouble));
    else if (*shard.behind_ms > wait_ms)
      blame(
          fmt::format("the relay: it is {} behind in {}", time_text(*shard.behind_ms), shard.name));
  }

  void consumer(const queue_lag& queue) {
    if (!queue.trouble.empty()) {
      line("queue", fmt::format("{}: {}", queue.name, queue.trouble));
      return blame(fmt::format("queue {}: {}", queue.name, queue.trouble));
    }
    line("queue",
         fmt::format("{}: {} messages wait, {} are received and not deleted",
                     queue.name,
                     queue.waiting,
                     queue.in_work));
    if (queue.waiting > 0 && queue.in_work == 0)
      blame(fmt::format("the consumer: {} messages wait in {}, and nobody has received any",
                        queue.waiting,
                        queue.name));
    else if (queue.waiting > queue_messages)
      blame(fmt::format("the consumer: {} messages wait in {}, more consumers would help",
                        queue.waiting,
                        queue.name));
  }

  const road_state& road_;
  lag_report report_;
};

}  // namespace

std::optional<engine_pages> read_engine_pages(std::string_view metrics,
                                              std::string_view readiness) {
  const auto received = figure(metrics, "tidewire_received_lsn");
  const auto durable = figure(metrics, "tidewire_durable_lsn");
  if (!received || !durable) return std::nullopt;
  engine_pages found;
  found.received.value = static_cast<std::uint64_t>(*received);
  found.durable.value = static_cast<std::uint64_t>(*durable);
  found.oldest_ms =
      static_cast<std::int64_t>(figure(metrics, "tidewire_oldest_undelivered_ms").value_or(0));
  found.held = static_cast<std::uint64_t>(figure(metrics, "tidewire_records_held").value_or(0));
  if (!read_readiness(readiness, found)) return std::nullopt;
  return found;
}

lag_report report_lag(const road_state& road) {
  return reporter(road).run();
}

}  // namespace tidewire::app
