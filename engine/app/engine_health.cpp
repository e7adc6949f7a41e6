#include "app/engine_health.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>

namespace tidewire::app {
namespace {

std::string word_for(reader_phase phase) {
  switch (phase) {
    case reader_phase::connecting:
      return "connecting";
    case reader_phase::snapshot:
      return "snapshot";
    case reader_phase::catching_up:
      return "catching up";
    case reader_phase::streaming:
      return "streaming";
    case reader_phase::idle:
      return "idle after the snapshot";
    case reader_phase::stopping:
      break;
  }
  return "stopping";
}

bool at_work(reader_phase phase) noexcept {
  return phase == reader_phase::snapshot || phase == reader_phase::catching_up ||
         phase == reader_phase::streaming || phase == reader_phase::idle;
}

double reads_changes(const engine& of) {
  const auto phase = of.source().status().phase;
  return phase == reader_phase::streaming || phase == reader_phase::catching_up ? 1.0 : 0.0;
}

bool sink_failing(const engine& of) {
  return std::ranges::any_of(of.publishers(), [](const auto& p) {
    return p->counters().failing.load(std::memory_order_relaxed);
  });
}

/// The sum of one counter over all publishers.
std::function<double()> sum_of(const engine& of,
                               std::atomic<std::uint64_t> sinks::publisher_counters::* which) {
  return [&of, which] {
    std::uint64_t sum = 0;
    for (const auto& publisher : of.publishers())
      sum += (publisher->counters().*which).load(std::memory_order_relaxed);
    return static_cast<double>(sum);
  };
}

void register_publishing(telemetry::registry& to, const engine& of) {
  using counters = sinks::publisher_counters;
  to.add_computed("tidewire_records_published_total",
                  "Records that the sink holds.",
                  sum_of(of, &counters::records));
  to.add_computed("tidewire_bytes_published_total",
                  "Bytes of keys and data of those, as they were sent.",
                  sum_of(of, &counters::bytes));
  to.add_computed(
      "tidewire_requests_total", "Requests sent to the sink.", sum_of(of, &counters::requests));
  to.add_computed("tidewire_records_retried_total",
                  "Records that had to go again.",
                  sum_of(of, &counters::retries));
  to.add_computed(
      "tidewire_records_skipped_total",
      "Records that were not sent: tombstones where those mean nothing, and refused ones.",
      sum_of(of, &counters::skipped));
  to.add_computed("tidewire_records_held",
                  "Records that the sink refuses for good and that keep their key waiting.",
                  sum_of(of, &counters::held));
  to.add_computed("tidewire_records_shortened_total",
                  "Records whose named columns were cut, as the sink refused them.",
                  sum_of(of, &counters::shortened));
  to.add_computed("tidewire_records_dead_letters_total",
                  "Records that went to the dead letters, as the sink refuses them for good.",
                  sum_of(of, &counters::dead_letters));
  to.add_computed("tidewire_sink_up", "Whether the sink takes what it is given.", [&of] {
    return sink_failing(of) ? 0.0 : 1.0;
  });
  to.add_computed("tidewire_batches_in_flight",
                  "Batches between the reader and durability.",
                  [&of] { return static_cast<double>(of.pool().out_count()); });
  to.add_computed("tidewire_batch_bytes_in_flight", "What those hold in memory.", [&of] {
    return static_cast<double>(of.pool().bytes_out());
  });
}

void register_reading(telemetry::registry& to, const engine& of) {
  const auto number = [](auto value) { return static_cast<double>(value); };
  to.add_computed("tidewire_changes_read_total",
                  "Changes read from the replication stream.",
                  [&of, number] { return number(of.source().counts().changes); });
  to.add_computed("tidewire_transactions_read_total",
                  "Transactions read to their commit.",
                  [&of, number] { return number(of.source().counts().transactions); });
  to.add_computed("tidewire_snapshot_rows_total", "Rows read by the last snapshot.", [&of, number] {
    return number(of.source().status().snapshot_rows);
  });
  to.add_computed("tidewire_stream_connections_total",
                  "Times that streaming began.",
                  [&of, number] { return number(of.source().status().connections); });
  to.add_computed("tidewire_streaming", "Whether changes of the slot are being read.", [&of] {
    return reads_changes(of);
  });
  const auto of_streamed = [&of](auto read) -> std::function<double()> {
    return [&of, read] {
      const auto* const streamed = of.source().streamed();
      return streamed == nullptr ? 0.0 : static_cast<double>(read(*streamed));
    };
  };
  using streamed_transactions = postgres::streamed_transactions;
  to.add_computed("tidewire_streamed_transactions",
                  "Transactions that the server streams and that have not ended.",
                  of_streamed([](const streamed_transactions& s) { return s.open_count(); }));
  to.add_computed("tidewire_streamed_memory_bytes",
                  "Memory that such transactions take.",
                  of_streamed([](const streamed_transactions& s) { return s.memory_bytes(); }));
  to.add_computed("tidewire_spilled_bytes",
                  "Disk that such transactions take.",
                  of_streamed([](const streamed_transactions& s) { return s.spilled_bytes(); }));
  to.add_computed("tidewire_received_lsn", "Position up to which the log was read.", [&of, number] {
    return number(of.source().received().value);
  });
  to.add_computed("tidewire_durable_lsn",
                  "Position up to which everything is at the sink, so that PostgreSQL may forget.",
                  [&of, number] { return number(of.outlet().durable().value); });
  to.add_computed(
      "tidewire_lag_bytes", "Log that was read and is not yet durable at the sink.", [&of, number] {
        const auto received = of.source().received().value, durable = of.outlet().durable().value;
        return number(received > durable ? received - durable : 0);
      });
}

void register_slot(telemetry::registry& to, const engine& of) {
  const auto from_sample = [&of](auto read) -> std::function<double()> {
    return [&of, read] {
      const auto& last = of.guardian().forecast().last();
      return last ? static_cast<double>(read(*last)) : -1.0;
    };
  };
  using sample = postgres::slot_sample;
  to.add_computed("tidewire_slot_retained_bytes",
                  "Log that the server keeps for the slot; -1: not known.",
                  from_sample([](const sample& s) { return s.retained_bytes; }));
  to.add_computed("tidewire_slot_unconfirmed_bytes",
                  "Log behind the slot's confirmed position; -1: not known.",
                  from_sample([](const sample& s) { return s.unconfirmed_bytes; }));
  to.add_computed("tidewire_slot_safe_bytes",
                  "Log that may be written until the slot is lost; -1: no limit, or not known.",
                  from_sample([](const sample& s) {
                    return s.safe_bytes ? static_cast<double>(*s.safe_bytes) : -1.0;
                  }));
  to.add_computed("tidewire_slot_lost_in_seconds",
                  "Until the slot is lost at the present pace; -1: not in sight.",
                  [&of] {
                    const auto in = of.guardian().forecast().lost_in();
                    return in ? static_cast<double>(in->count()) : -1.0;
                  });
  to.add_computed("tidewire_slot_risk",
                  "0 none, 1 much log kept, 2 filling up, 3 unreserved, 4 lost, 5 missing.",
                  [&of] { return static_cast<double>(of.guardian().forecast().risk()); });
  for (const char* status : {"reserved", "extended", "unreserved", "lost"})
    to.add_computed(
        "tidewire_slot_wal_status",
        "1 for what pg_replication_slots.wal_status says.",
        from_sample([status](const sample& s) { return s.wal_status == status ? 1 : 0; }),
        {{"status", status}});
}

void register_for_debezium(telemetry::registry& to,
                           const engine& of,
                           const std::string& server_name) {
  const telemetry::labels as = {
      {"context", "streaming"}, {"name", server_name}, {"plugin", "postgres"}};
  to.add_computed(
      "debezium_metrics_Connected",
      "Whether changes of the slot are being read.",
      [&of] { return reads_changes(of); },
      as);
  to.add_computed(
      "debezium_metrics_TotalNumberOfEventsSeen",
      "Changes read from the replication stream.",
      [&of] { return static_cast<double>(of.source().counts().changes); },
      as);
  to.add_computed(
      "debezium_metrics_NumberOfCommittedTransactions",
      "Transactions read to their commit.",
      [&of] { return static_cast<double>(of.source().counts().transactions); },
      as);
  to.add_computed(
      "debezium_metrics_MilliSecondsBehindSource",
      "From the commit of the last transaction read to its reading; -1 before the first.",
      [&of] { return static_cast<double>(of.source().counts().behind_ms); },
      as);
}

}  // namespace

std::vector<health_check> engine_health::readiness() const {
  const reader_status& source = engine_->source().status();
  health_check database{
      .name = "database", .up = at_work(source.phase), .data = {{"phase", word_for(source.phase)}}};
  if (!source.trouble.empty()) database.data.emplace_back("reason", source.trouble);
  return {std::move(database), {.name = "sink", .up = !sink_failing(*engine_)}};
}

void register_figures(telemetry::registry& figures,
                      const engine& of,
                      const std::string& server_name) {
  register_reading(figures, of);
  register_publishing(figures, of);
  register_slot(figures, of);
  register_for_debezium(figures, of, server_name);
}

}  // namespace tidewire::app
