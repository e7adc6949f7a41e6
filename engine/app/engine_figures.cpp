#include "app/engine_figures.hpp"

#include "base/clock.hpp"
#include "telemetry/process_figures.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

/// What is on the metrics page; docs/metrics.md describes each figure, and a test holds the two
/// together.
namespace tidewire::app {
namespace {

using telemetry::labels;
using telemetry::registry;

double number(auto value) {
  return static_cast<double>(value);
}

double reads_changes(const engine& of) {
  const auto phase = of.source().status().phase;
  return phase == reader_phase::streaming || phase == reader_phase::catching_up ? 1.0 : 0.0;
}

double sink_up(const engine& of) {
  return std::ranges::none_of(
             of.publishers(),
             [](const auto& p) { return p->counters().failing.load(std::memory_order_relaxed); })
             ? 1.0
             : 0.0;
}

std::int64_t now_ms() {
  return unix_ms(std::chrono::system_clock::now());
}

/// The sum of one counter over all publishers.
std::function<double()> sum_of(const engine& of,
                               std::atomic<std::uint64_t> sinks::publisher_counters::* which) {
  return [&of, which] {
    std::uint64_t sum = 0;
    for (const auto& publisher : of.publishers())
      sum += (publisher->counters().*which).load(std::memory_order_relaxed);
    return number(sum);
  };
}

void register_publishing(telemetry::registry& to, const engine& of) {
  using counters = sinks::publisher_counters;
  to.add_computed_counter("tidewire_records_published_total",
                          "Records that the sink holds.",
                          sum_of(of, &counters::records));
  to.add_computed_counter("tidewire_bytes_published_total",
                          "Bytes of keys and data of those, as they were sent.",
                          sum_of(of, &counters::bytes));
  to.add_computed_counter(
      "tidewire_requests_total", "Requests sent to the sink.", sum_of(of, &counters::requests));
  to.add_computed_counter("tidewire_records_retried_total",
                          "Records that had to go again.",
                          sum_of(of, &counters::retries));
  to.add_computed_counter(
      "tidewire_records_skipped_total",
      "Records that were not sent: tombstones where those mean nothing, and refused ones.",
      sum_of(of, &counters::skipped));
  to.add_computed("tidewire_records_held",
                  "Records that the sink refuses for good and that keep their key waiting.",
                  sum_of(of, &counters::held));
  to.add_computed_counter("tidewire_records_shortened_total",
                          "Records whose named columns were cut, as the sink refused them.",
                          sum_of(of, &counters::shortened));
  to.add_computed_counter(
      "tidewire_records_dead_letters_total",
      "Records that went to the dead letters, as the sink refuses them for good.",
      sum_of(of, &counters::dead_letters));
  to.add_computed("tidewire_sink_up", "Whether the sink takes what it is given.", [&of] {
    return sink_up(of);
  });
  to.add_computed("tidewire_batches_in_flight",
                  "Batches between the reader and durability.",
                  [&of] { return static_cast<double>(of.pool().out_count()); });
  to.add_computed("tidewire_batch_bytes_in_flight", "What those hold in memory.", [&of] {
    return static_cast<double>(of.pool().bytes_out());
  });
}

void register_reading(telemetry::registry& to, const engine& of) {
  to.add_computed_counter("tidewire_changes_read_total",
                          "Changes read from the replication stream.",
                          [&of] { return number(of.source().counts().changes()); });
  to.add_computed_counter("tidewire_transactions_read_total",
                          "Transactions read to their commit.",
                          [&of] { return number(of.source().counts().transactions); });
  to.add_computed_counter("tidewire_snapshot_rows_total", "Rows read by the last snapshot.", [&of] {
    return number(of.source().status().snapshot_rows);
  });
  to.add_computed_counter("tidewire_stream_connections_total",
                          "Times that streaming began.",
                          [&of] { return number(of.source().status().connections); });
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
}

/// How far each stage is. What PostgreSQL knows is as old as the last look at the slot.
void register_positions(registry& to, const engine& of) {
  const auto from_sample = [&of](auto read) -> std::function<double()> {
    return [&of, read] {
      const auto& last = of.guardian().forecast().last();
      const std::optional<lsn> position = last ? read(*last) : std::nullopt;
      return position ? number(position->value) : -1.0;
    };
  };
  using sample = postgres::slot_sample;
  to.add_computed("tidewire_written_lsn",
                  "Position up to which the server has written log; -1: not known.",
                  from_sample([](const sample& s) { return std::optional(s.written); }));
  to.add_computed("tidewire_sent_lsn",
                  "Position up to which the server has sent its log; -1: not known.",
                  from_sample([](const sample& s) { return s.sent; }));
  to.add_computed("tidewire_received_lsn", "Position up to which the log was read.", [&of] {
    return number(of.source().received().value);
  });
  to.add_computed("tidewire_durable_lsn",
                  "Position up to which everything is at the sink, so that PostgreSQL may forget.",
                  [&of] { return number(of.source().durable().value); });
  to.add_computed("tidewire_confirmed_lsn",
                  "Position that the slot has confirmed; -1: not known.",
                  from_sample([](const sample& s) { return std::optional(s.confirmed_flush); }));
  to.add_computed(
      "tidewire_lag_bytes", "Log that was read and is not yet durable at the sink.", [&of] {
        const auto received = of.source().received().value, durable = of.source().durable().value;
        return number(received > durable ? received - durable : 0);
      });
  to.add_computed(
      "tidewire_oldest_undelivered_ms",
      "Age of the oldest commit that is read, or was, and is not yet durable at the sink; 0: "
      "there is none.",
      [&of] { return number(of.source().delivery().oldest_ms(now_ms())); });
  to.add_existing("tidewire_delivery_ms",
                  "From the commit in the database until the sink has it; of one commit in 50 ms.",
                  of.source().delivery().delays_ms());
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

/// Debezium's own figures, which its dashboards ask for, under its names and labels.
class debezium_figures {
 public:
  debezium_figures(registry& to, const std::string& server_name, std::string context)
      : to_(to),
        labels_{{"context", std::move(context)}, {"name", server_name}, {"plugin", "postgres"}} {}

  void add(const std::string& name, std::string help, std::function<double()> read) {
    to_.add_computed("debezium_metrics_" + name, std::move(help), std::move(read), labels_);
  }

 private:
  registry& to_;
  labels labels_;
};

void register_streaming_for_debezium(debezium_figures to, const engine& of) {
  const auto count = [&of](std::uint64_t translator::counters::* which) -> std::function<double()> {
    return [&of, which] { return number(of.source().counts().*which); };
  };
  using counters = translator::counters;
  to.add("Connected", "Whether changes of the slot are being read.", [&of] {
    return reads_changes(of);
  });
  to.add("TotalNumberOfEventsSeen", "Changes read.", [&of] {
    return number(of.source().counts().changes());
  });
  to.add("TotalNumberOfCreateEventsSeen", "Inserts read.", count(&counters::inserts));
  to.add("TotalNumberOfUpdateEventsSeen", "Updates read.", count(&counters::updates));
  to.add("TotalNumberOfDeleteEventsSeen", "Deletes read.", count(&counters::deletes));
  to.add("NumberOfCommittedTransactions",
         "Transactions read to their commit.",
         count(&counters::transactions));
  to.add("MilliSecondsBehindSource",
         "From the commit of the last transaction read to its reading; -1 before the first.",
         [&of] { return number(of.source().counts().behind_ms); });
  to.add("MilliSecondsSinceLastEvent",
         "Since the commit of the last transaction read; -1 before the first.",
         [&of] {
           const auto& counts = of.source().counts();
           return counts.transactions == 0
                      ? -1.0
                      : number(std::max<std::int64_t>(0, now_ms() - counts.commit_ms));
         });
  to.add("QueueTotalCapacity", "Batches that there are for events.", [&of] {
    return number(of.pool().limits().batches_max);
  });
  to.add("QueueRemainingCapacity", "Batches that are free.", [&of] {
    return number(of.pool().limits().batches_max - of.pool().out_count());
  });
  to.add("MaxQueueSizeInBytes", "Bytes that batches on their way may hold together.", [&of] {
    return number(of.pool().limits().bytes_max);
  });
  to.add("CurrentQueueSizeInBytes", "Bytes that they hold.", [&of] {
    return number(of.pool().bytes_out());
  });
}

void register_snapshot_for_debezium(debezium_figures to, const engine& of) {
  const auto& status = of.source().status();
  to.add("SnapshotRunning", "Whether a snapshot is being read.", [&status] {
    return status.phase == reader_phase::snapshot ? 1.0 : 0.0;
  });
  to.add("SnapshotCompleted", "Whether this run has read one to its end.", [&status] {
    return status.snapshot_completed ? 1.0 : 0.0;
  });
  to.add("TotalTableCount", "Tables of the last snapshot.", [&status] {
    return number(status.snapshot_tables);
  });
  to.add("RemainingTableCount", "Those of them that are not yet read.", [&status] {
    return number(status.snapshot_tables_left);
  });
  to.add(
      "RowsScanned", "Rows that it has read.", [&status] { return number(status.snapshot_rows); });
}

}  // namespace

void register_figures(telemetry::registry& figures,
                      const engine& of,
                      const std::string& server_name) {
  register_reading(figures, of);
  register_positions(figures, of);
  register_publishing(figures, of);
  register_slot(figures, of);
  register_streaming_for_debezium({figures, server_name, "streaming"}, of);
  register_snapshot_for_debezium({figures, server_name, "snapshot"}, of);
  figures.add_computed("tidewire_build_info",
                       "Always 1; the label tells the version.",
                       [] { return 1.0; },
                       {{"version", TIDEWIRE_VERSION}});
  telemetry::add_process_figures(figures);
}

}  // namespace tidewire::app
