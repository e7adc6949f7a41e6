#include "config/property_table.hpp"

namespace tidewire::config {

using enum value_type;
using enum support;

namespace {
constexpr std::int64_t mebibyte = 1024 * 1024;
constexpr std::int64_t second_ms = 1000;
}  // namespace

property_family tidewire_properties() {
  return {
      .title = "The engine's own",
      .remark = "",
      .properties = {
          {.name = "tidewire.memory.budget",
           .type = bytes,
           .initial = "64MiB",
           .lowest = 4 * mebibyte,
           .highest = 64 * 1024 * mebibyte,
           .meaning =
               "All buffers of events together stay under this; when it is full, reading waits."},
          {.name = "tidewire.publisher.threads",
           .type = integer,
           .initial = "1",
           .lowest = 1,
           .highest = 64,
           .meaning = "Threads that sign and send."},
          {.name = "tidewire.snapshot.publisher.threads",
           .type = integer,
           .initial = "2",
           .lowest = 1,
           .highest = 64,
           .meaning =
               "Threads that sign and send a large snapshot, whose rows stand in no order; at "
               "least tidewire.publisher.threads. Not with `tidewire.sink.ordering=stream`, "
               "nor where the sink is stdout."},
          {.name = "tidewire.slot.watch.interval",
           .type = duration,
           .initial = "10s",
           .lowest = 0,
           .highest = 3600 * second_ms,
           .meaning = "How often the replication slot is looked at, for the metrics and for "
                      "warnings before it is lost; 0: never."},
          {.name = "tidewire.slot.lost.warning",
           .type = duration,
           .initial = "1h",
           .lowest = 0,
           .highest = 30LL * 24 * 3600 * second_ms,
           .meaning = "A warning is logged when the slot will be lost within that time at the "
                      "present pace (with max_slot_wal_keep_size set)."},
          {.name = "tidewire.slot.retained.warning",
           .type = bytes,
           .initial = "16GiB",
           .lowest = 0,
           .highest = 1024LL * 1024 * 1024 * mebibyte,
           .meaning = "A warning is logged when more log than that is kept for the slot; 0: "
                      "never."},
          {.name = "tidewire.postgres.streaming",
           .type = choice,
           .initial = "off",
           .allowed = {"off", "on", "auto"},
           .meaning =
               "Whether the server sends a large transaction (over its "
               "logical_decoding_work_mem) while it still runs, instead of keeping it on its "
               "own disk; its events go out after its commit all the same. PostgreSQL 14 or "
               "later; `auto`: where the server can, `on`: older ones are refused."},
          {.name = "tidewire.catchup",
           .type = choice,
           .initial = "off",
           .allowed = {"off", "on"},
           .meaning =
               "Whether a large backlog is read by SQL from a temporary copy of the slot, which is "
               "faster than the stream, until little is left. Needs PostgreSQL 12, one more "
               "replication slot, and room for temporary files of up to 256 MiB of log."},
          {.name = "tidewire.catchup.threshold",
           .type = bytes,
           .initial = "64MiB",
           .lowest = 1024,
           .highest = 1024LL * 1024 * mebibyte,
           .meaning =
               "A backlog is large when so much log lies before the end at a connection. A piece "
               "is 16 MiB of log at least, or this where it is less."},
          {.name = "tidewire.snapshot.resume",
           .type = choice,
           .initial = "on",
           .allowed = {"on", "off"},
           .meaning = "Whether a first snapshot that was broken off goes on: the changes since "
                      "come first, "
                      "up to the moment of a new snapshot, which reads what is left. `off`, or "
                      "under other "
                      "properties that shape events: it begins anew, as in Debezium. Not with "
                      "`snapshot.mode` `always` or `initial_only`."},
          {.name = "tidewire.snapshot.piece",
           .type = bytes,
           .initial = "128MiB",
           .lowest = 64LL * 1024,
           .highest = 1024LL * 1024 * mebibyte,
           .meaning = "How much of a table a first snapshot that can go on "
                      "(tidewire.snapshot.resume) reads at a time; of what is not finished, or not "
                      "at the sink, all is read again. Tables of PostgreSQL before 14, with "
                      "partitions or with a statement of their own are read whole."},
          {.name = "tidewire.spill.directory",
           .meaning = "Folder for what does not fit into memory of transactions that are streamed "
                      "before their commit; by default that of the position file."},
          {.name = "tidewire.spill.max",
           .type = bytes,
           .initial = "8GiB",
           .lowest = mebibyte,
           .highest = 1024LL * 1024 * mebibyte,
           .meaning = "All that is spilled together stays under this; beyond it the server keeps "
                      "its large transactions itself, until the next start."},
          {.name = "tidewire.filter.<name>.pattern",
           .meaning = "Event pattern of the EventBridge language over the event without its "
                      "schema: only changes that match are sent, and with several patterns those "
                      "that match all. `{\"op\":[\"c\",\"r\"]}` sends inserted and snapshot rows. "
                      "Comes before debezium.transforms; tombstones and events that are no "
                      "changes of rows are not asked for."},
          {.name = "tidewire.aws.region",
           .meaning = "Region of all AWS services, where the service's own property does not say "
                      "otherwise."},
          {.name = "tidewire.aws.endpoint",
           .meaning = "Address of all AWS services, where the service's own property does not say "
                      "otherwise; for a local AWS."},
          {.name = "tidewire.aws.profile", .meaning = "Profile of the shared AWS files."},
          {.name = "tidewire.aws.ca-bundle",
           .meaning = "File of further certificate authorities for AWS (PEM), as AWS_CA_BUNDLE."},
      }};
}

property_family relay_properties() {
  return {
      .title = "Relay, consumer and provisioning",
      .remark = "",
      .properties = {
          {.name = "tidewire.relay.streams",
           .type = list,
           .meaning = "Kinesis streams that are relayed."},
          {.name = "tidewire.relay.start",
           .initial = "TRIM_HORIZON",
           .meaning = "Where a shard without checkpoint begins: TRIM_HORIZON, LATEST, or "
                      "AT_TIMESTAMP:2026-01-31T00:00:00Z."},
          {.name = "tidewire.relay.detail",
           .type = choice,
           .initial = "full",
           .allowed = {"full", "payload", "unwrapped"},
           .meaning =
               "What the entries' detail is: the whole event, its payload, or the row alone."},
          {.name = "tidewire.relay.checkpoint.dir",
           .initial = "data/checkpoints",
           .meaning = "Folder of the checkpoints."},
          {.name = "tidewire.relay.bus",
           .initial = "default",
           .meaning = "Event bus of streams that name none."},
          {.name = "tidewire.relay.detail-type",
           .initial = "DataChangeEvent",
           .meaning = "Detail type of streams that name none."},
          {.name = "tidewire.relay.source",
           .meaning = "Source of streams that name none; by default the stream."},
          {.name = "tidewire.relay.filter", .meaning = "Filter of streams that name none."},
          {.name = "tidewire.relay.<stream>.bus",
           .meaning = "Event bus that the stream's records go to."},
          {.name = "tidewire.relay.<stream>.detail-type", .meaning = "Detail type of its entries."},
          {.name = "tidewire.relay.<stream>.source",
           .meaning = "Source of its entries; by default the stream's name."},
          {.name = "tidewire.relay.<stream>.detail",
           .type = choice,
           .allowed = {"full", "payload", "unwrapped"},
           .meaning = "What the detail of its entries is."},
          {.name = "tidewire.relay.<stream>.filter",
           .meaning = "An event pattern; records that do not match are not relayed."},
          {.name = "tidewire.relay.dead-letter.queue",
           .meaning = "Name or URL of the SQS queue for records that cannot be relayed, with their "
                      "bytes and the reason."},
          {.name = "tidewire.relay.requests-in-flight",
           .type = integer,
           .initial = "4",
           .lowest = 1,
           .highest = 64,
           .meaning = "PutEvents requests under way at a time, for each shard."},
          {.name = "tidewire.relay.request.bytes",
           .type = bytes,
           .initial = "256KiB",
           .lowest = 1024,
           .highest = mebibyte,
           .meaning = "Entries of one request together stay under this; a larger one goes alone."},
          {.name = "tidewire.relay.entry.bytes",
           .type = bytes,
           .initial = "1MiB",
           .lowest = 1024,
           .highest = mebibyte,
           .meaning = "An entry over this is a dead letter."},
          {.name = "tidewire.relay.buffer",
           .type = bytes,
           .initial = "4MiB",
           .lowest = 64 * 1024,
           .highest = 1024 * mebibyte,
           .meaning = "Events read and not yet on the bus, for each shard; then reading waits."},
          {.name = "tidewire.relay.poll.min",
           .type = duration,
           .initial = "200ms",
           .lowest = 1,
           .highest = 60 * second_ms,
           .meaning =
               "Pause after the first empty page of a shard; there is none while data flow."},
          {.name = "tidewire.relay.poll.max",
           .type = duration,
           .initial = "1s",
           .lowest = 1,
           .highest = 60 * second_ms,
           .meaning = "Pause after many empty pages of a shard."},
          {.name = "tidewire.relay.drain",
           .type = duration,
           .initial = "10s",
           .lowest = 0,
           .highest = 3600 * second_ms,
           .meaning = "How long a stopping relay goes on with what it has read."},
          {.name = "tidewire.relay.http.port",
           .type = integer,
           .lowest = 0,
           .highest = 65535,
           .meaning =
               "Port of the relay's own /q/health and /metrics, on quarkus.http.host; 0 is any "
               "free one. Not set: there are none, as quarkus.http.port is the engine's."},
          {.name = "tidewire.consumer.queue-url", .meaning = "Queue to consume."},
          {.name = "tidewire.consumer.visibility",
           .type = duration,
           .initial = "30s",
           .lowest = second_ms,
           .highest = 43'200 * second_ms,
           .meaning = "How long a received message stays hidden from others; extended while it is "
                      "worked on."},
          {.name = "tidewire.consumer.wait",
           .type = duration,
           .initial = "20s",
           .lowest = 0,
           .highest = 20 * second_ms,
           .meaning = "How long a request waits for messages."},
          {.name = "tidewire.consumer.receives",
           .type = integer,
           .initial = "2",
           .lowest = 1,
           .highest = 64,
           .meaning = "Requests for messages that wait at a time."},
          {.name = "tidewire.consumer.dedupe",
           .type = integer,
           .initial = "0",
           .lowest = 0,
           .highest = 100'000'000,
           .meaning =
               "How many of the last events the consumer remembers, to delete those that come "
               "again without printing them; about 100 bytes each. Without "
               "provide.transaction.metadata equal rows of one COPY count as one event."},
          {.name = "tidewire.consumer.idle-exit",
           .type = duration,
           .lowest = 1,
           .meaning = "The consumer ends when no message came for so long."},
          {.name = "tidewire.consumer.transactions",
           .type = flag,
           .initial = "false",
           .meaning = "Whether the consumer holds the events of a transaction until all have come, "
                      "and prints them together. Needs provide.transaction.metadata, the stream "
                      "<prefix>.transaction in the queue, a standard queue, and no other consumer "
                      "of it."},
          {.name = "tidewire.consumer.transactions.timeout",
           .type = duration,
           .initial = "300s",
           .lowest = second_ms,
           .highest = 39'600 * second_ms,
           .meaning = "A transaction that is not complete so long after its first event came is "
                      "printed as it is."},
          {.name = "tidewire.consumer.transactions.messages",
           .type = integer,
           .initial = "10000",
           .lowest = 1,
           .highest = 100'000,
           .meaning = "Messages held at a time; at more the oldest transaction is printed as it "
                      "is. SQS allows 120,000 in flight."},
          {.name = "tidewire.consumer.transactions.buffer",
           .type = bytes,
           .initial = "64MiB",
           .lowest = 64 * 1024,
           .highest = 16 * 1024 * mebibyte,
           .meaning = "Memory for what is held, and as much again while it is printed; at more "
                      "the oldest transaction is printed as it is."},
          {.name = "tidewire.provision.shards",
           .type = integer,
           .initial = "1",
           .lowest = 1,
           .highest = 10'000,
           .meaning = "Shards of streams that are made."},
          {.name = "tidewire.provision.rule.name", .meaning = "Name of the rule on each bus."},
          {.name = "tidewire.provision.rule.pattern",
           .initial = R"({"source":[{"prefix":""}]})",
           .meaning = "Event pattern of the rule."},
          {.name = "tidewire.provision.queue.name",
           .meaning = "Queue that the rule sends to; FIFO where the name ends in .fifo."},
          {.name = "tidewire.provision.queue.content-based-deduplication",
           .type = flag,
           .initial = "true",
           .meaning = "Whether a FIFO queue drops messages of equal content."},
          {.name = "tidewire.provision.queue.visibility",
           .type = duration,
           .initial = "30s",
           .lowest = 0,
           .highest = 43'200 * second_ms,
           .meaning = "Visibility timeout of the queue."},
          {.name = "tidewire.provision.queue.retention",
           .type = duration,
           .initial = "345600s",
           .lowest = 60 * second_ms,
           .highest = 1'209'600 * second_ms,
           .meaning = "How long the queue keeps messages."},
          {.name = "tidewire.provision.queue.dead-letter.name",
           .meaning =
               "Queue for messages of the queue that were received too often; made as well."},
          {.name = "tidewire.provision.queue.max-receives",
           .type = integer,
           .initial = "5",
           .lowest = 1,
           .highest = 1000,
           .meaning = "How often a message is received before it goes to that queue."},
          {.name = "tidewire.provision.target.message-group-id",
           .initial = "Group1",
           .meaning = "Message group of the rule's target, for FIFO queues."},
      }};
}

}  // namespace tidewire::config
