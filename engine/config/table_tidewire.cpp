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
          {.name = "tidewire.provision.target.message-group-id",
           .initial = "Group1",
           .meaning = "Message group of the rule's target, for FIFO queues."},
      }};
}

}  // namespace tidewire::config
