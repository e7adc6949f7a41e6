#include "config/property_table.hpp"

namespace tidewire::config {

using enum value_type;
using enum support;

namespace {
constexpr std::string_view registries =
    "formats with a schema registry are not supported; the alternatives are json and jsonbytearray "
    "(which is json)";
constexpr std::string_view simple_string =
    "the Kinesis sink of Debezium Server does not know it either; the alternative is json";
constexpr std::string_view cloud_keys = "CloudEvents are a form of values; the alternative is json";
constexpr std::string_view cloud_avro = "only JSON is supported, in CloudEvents and as their data";
constexpr std::string_view other_sink =
    "not a sink here; the sinks are kinesis, eventbridge, sqs and stdout";
const std::vector<value_note> refused_formats = {{"avro", support::refused, registries},
                                                 {"protobuf", support::refused, registries},
                                                 {"jsonschema", support::refused, registries},
                                                 {"simplestring", support::refused, simple_string},
                                                 {"string", support::refused, simple_string},
                                                 {"binary", support::refused, simple_string},
                                                 {"cloudevents", support::refused, cloud_keys}};
const std::vector<value_note> refused_value_formats(refused_formats.begin(),
                                                    refused_formats.end() - 1);
}  // namespace

property_family format_properties() {
  return {
      .title = "Formats and transforms",
      .remark = "",
      .properties = {
          {.name = "debezium.format.value",
           .type = choice,
           .initial = "json",
           .allowed = {"json", "jsonbytearray", "cloudevents"},
           .meaning = "How values are written; jsonbytearray gives the same bytes as json. "
                      "`cloudevents` makes a CloudEvent 1.0 in JSON of each change; heartbeats, "
                      "transaction events and logical messages are then empty.",
           .values = refused_value_formats},
          {.name = "debezium.format.value.serializer.type",
           .type = choice,
           .initial = "json",
           .allowed = {"json"},
           .meaning = "How a CloudEvent is written.",
           .values = {{"avro", support::refused, cloud_avro}}},
          {.name = "debezium.format.value.data.serializer.type",
           .type = choice,
           .initial = "json",
           .allowed = {"json"},
           .meaning = "How the data in a CloudEvent is written.",
           .values = {{"avro", support::refused, cloud_avro}}},
          {.name = "debezium.format.value.json.schemas.enable",
           .type = flag,
           .initial = "true",
           .meaning = "Whether the data in a CloudEvent holds its schema."},
          {.name = "debezium.format.value.extension.attributes.enable",
           .type = flag,
           .initial = "true",
           .meaning = "Whether a CloudEvent has the attributes whose names begin with iodebezium."},
          {.name = "debezium.format.key",
           .type = choice,
           .initial = "json",
           .allowed = {"json", "jsonbytearray"},
           .meaning = "How keys are written.",
           .values = refused_formats},
          {.name = "debezium.format.header",
           .type = choice,
           .initial = "json",
           .allowed = {"json", "jsonbytearray", "avro", "protobuf", "simplestring"},
           .how = harmless,
           .meaning = "How headers are written.",
           .remark = "Kinesis, EventBridge and SQS carry no headers"},
          {.name = "debezium.format.schemas.enable",
           .type = flag,
           .initial = "true",
           .meaning = "Whether keys and values hold their schema; stands for the two below "
                      "where they are not set."},
          {.name = "debezium.format.value.schemas.enable",
           .type = flag,
           .initial = "true",
           .meaning = "Whether values hold their schema."},
          {.name = "debezium.format.key.schemas.enable",
           .type = flag,
           .initial = "true",
           .meaning = "Whether keys hold their schema."},
          {.name = "debezium.format.header.schemas.enable",
           .type = flag,
           .initial = "true",
           .how = harmless,
           .meaning = "Whether headers hold their schema.",
           .remark = "Kinesis, EventBridge and SQS carry no headers"},
          {.name = "debezium.format.value.decimal.format",
           .type = choice,
           .initial = "BASE64",
           .allowed = {"BASE64", "NUMERIC"},
           .meaning = "How exact decimals are written in values: as bytes, or as numbers."},
          {.name = "debezium.format.key.decimal.format",
           .type = choice,
           .initial = "BASE64",
           .allowed = {"BASE64", "NUMERIC"},
           .meaning = "The same in keys."},
          {.name = "debezium.format.decimal.format",
           .type = choice,
           .initial = "BASE64",
           .allowed = {"BASE64", "NUMERIC"},
           .meaning = "The same in keys and values."},
          {.name = "debezium.format.value.replace.null.with.default",
           .type = flag,
           .initial = "true",
           .meaning = "Whether null is written as the column's default in values."},
          {.name = "debezium.format.key.replace.null.with.default",
           .type = flag,
           .initial = "true",
           .meaning = "The same in keys."},
          {.name = "debezium.format.replace.null.with.default",
           .type = flag,
           .initial = "true",
           .meaning = "The same in keys and values."},
          {.name = "debezium.format.value.schemas.cache.size",
           .type = integer,
           .initial = "1000",
           .lowest = 0,
           .how = harmless,
           .meaning = "Size of the cache of schemas.",
           .remark = "schemas are made once per table"},
          {.name = "debezium.format.key.schemas.cache.size",
           .type = integer,
           .initial = "1000",
           .lowest = 0,
           .how = harmless,
           .meaning = "The same for keys.",
           .remark = "schemas are made once per table"},
          {.name = "debezium.format.schemas.cache.size",
           .type = integer,
           .initial = "1000",
           .lowest = 0,
           .how = harmless,
           .meaning = "The same for both.",
           .remark = "schemas are made once per table"},
          {.name = "debezium.transforms",
           .type = list,
           .meaning = "Single message transforms, in their order. A chain that looks at topics "
                      "only costs little; any other reads and writes each event once more."},
          {.name = "debezium.transforms.<name>.type",
           .type = class_name,
           .meaning = "Class of a transform: ExtractNewRecordState, ByLogicalTableRouter and "
                      "outbox.EventRouter of io.debezium.transforms; RegexRouter, TimestampRouter, "
                      "ValueToKey, Filter, DropHeaders, InsertHeader, and, with $Key or $Value, "
                      "InsertField, ReplaceField, MaskField, TimestampConverter, HoistField, "
                      "ExtractField, Cast, Flatten, SetSchemaMetadata and HeaderFrom of "
                      "org.apache.kafka.connect.transforms. Transforms with scripts are refused."},
          {.name = "debezium.transforms.<name>.predicate",
           .meaning = "Predicate that says to which events a transform applies."},
          {.name = "debezium.transforms.<name>.negate",
           .type = flag,
           .initial = "false",
           .meaning = "Whether the predicate is turned around."},
          {.name = "debezium.transforms.<name>.<option>",
           .meaning = "Options of a transform, as Debezium 2.5 and Kafka Connect 3.6 know "
                      "them."},
          {.name = "debezium.predicates", .type = list, .meaning = "Predicates of transforms."},
          {.name = "debezium.predicates.<name>.type",
           .type = class_name,
           .meaning = "Class of a predicate: TopicNameMatches, HasHeaderKey or "
                      "RecordIsTombstone of org.apache.kafka.connect.transforms.predicates."},
          {.name = "debezium.predicates.<name>.<option>",
           .meaning = "Options of a predicate: `pattern`, `name`."},
      }};
}

property_family sink_properties() {
  return {
      .title = "Sinks",
      .remark =
          "The region, the endpoint and the credentials come from the usual AWS variables and "
          "files where they are not set here.",
      .properties = {
          {.name = "debezium.sink.type",
           .type = choice,
           .allowed = {"kinesis", "eventbridge", "sqs", "stdout"},
           .required = true,
           .meaning = "Where events go. Debezium Server has kinesis and sqs of these.",
           .values = {{"http", refused, other_sink},
                      {"kafka", refused, other_sink},
                      {"pubsub", refused, other_sink},
                      {"pubsublite", refused, other_sink},
                      {"pulsar", refused, other_sink},
                      {"eventhubs", refused, other_sink},
                      {"redis", refused, other_sink},
                      {"nats-streaming", refused, other_sink},
                      {"nats-jetstream", refused, other_sink},
                      {"pravega", refused, other_sink},
                      {"infinispan", refused, other_sink},
                      {"rabbitmq", refused, other_sink},
                      {"rabbitmqstream", refused, other_sink},
                      {"rocketmq", refused, other_sink},
                      {"milvus", refused, other_sink},
                      {"qdrant", refused, other_sink}}},
          {.name = "debezium.sink.kinesis.region",
           .meaning = "Region of the streams; required unless AWS_REGION or a profile tells it."},
          {.name = "debezium.sink.kinesis.endpoint",
           .meaning =
               "Address of Kinesis in place of the region's own, such as http://localhost:4566."},
          {.name = "debezium.sink.kinesis.credentials.profile",
           .meaning = "Profile of the shared AWS files that has the credentials."},
          {.name = "debezium.sink.kinesis.null.key",
           .initial = "default",
           .meaning = "Partition key of events without a key."},
          {.name = "debezium.sink.kinesis.batch.size",
           .type = integer,
           .initial = "500",
           .lowest = 1,
           .highest = 500,
           .meaning = "Most records in one PutRecords call (Debezium 3)."},
          {.name = "debezium.sink.kinesis.default.retries",
           .type = integer,
           .initial = "5",
           .lowest = 0,
           .how = harmless,
           .meaning = "Tries of a batch (Debezium 3).",
           .remark = "records are tried until they are accepted"},
          {.name = "debezium.sink.eventbridge.region", .meaning = "Region of the event buses."},
          {.name = "debezium.sink.eventbridge.endpoint",
           .meaning = "Address of EventBridge in place of the region's own."},
          {.name = "debezium.sink.eventbridge.credentials.profile",
           .meaning = "Profile of the shared AWS files that has the credentials."},
          {.name = "debezium.sink.sqs.queue.url",
           .meaning = "Queue that events are sent to; required with debezium.sink.type=sqs, unless "
                      "each topic has a queue of its own."},
          {.name = "debezium.sink.sqs.region", .meaning = "Region of the queue."},
          {.name = "debezium.sink.sqs.endpoint",
           .meaning = "Address of SQS in place of the region's own."},
          {.name = "debezium.sink.sqs.credentials.profile",
           .meaning = "Profile of the shared AWS files that has the credentials."},
          {.name = "debezium.sink.sqs.null.key",
           .initial = "default",
           .meaning = "Message group of events without a key in a FIFO queue."},
          {.name = "tidewire.sink.ordering",
           .type = choice,
           .initial = "key",
           .allowed = {"key", "stream", "none"},
           .meaning =
               "What stays in order: the events of a key, all events of a stream, or nothing."},
          {.name = "tidewire.sink.ordering.keyless",
           .type = choice,
           .initial = "request",
           .allowed = {"stream", "request", "none"},
           .meaning =
               "How the inserts of a table wait for each other where nothing else can come of it: "
               "no key, and a replica identity of DEFAULT or NOTHING. With request they share a "
               "request in their order, one request after another: where the service refuses a "
               "part of one, later rows may arrive first. With stream each goes out after the "
               "answer to the one before, as all other events without a key do; with none they "
               "do not wait. Needs t in debezium.source.skipped.operations."},
          {.name = "tidewire.sink.oversize",
           .type = choice,
           .initial = "hold",
           .allowed = {"hold", "skip", "dead-letter"},
           .meaning = "What becomes of an event that the sink refuses for good, such as one over "
                      "its limit: hold keeps it and its key waiting, and the position with them; "
                      "dead-letter puts its bytes elsewhere and goes on; skip says so and goes "
                      "on."},
          {.name = "tidewire.sink.oversize.columns",
           .type = value_type::regex_list,
           .meaning = "Columns (schema.table.column) whose texts are cut in an event that the sink "
                      "refused, before tidewire.sink.oversize counts."},
          {.name = "tidewire.sink.oversize.columns.bytes",
           .type = bytes,
           .initial = "1KiB",
           .lowest = 0,
           .highest = 1024 * 1024,
           .meaning = "What is left of such a text, in bytes of JSON."},
          {.name = "tidewire.sink.dead-letter.queue",
           .meaning = "Name or URL of the SQS queue for events that the sink refuses for good, "
                      "with their bytes and the reason; without one they go to the file."},
          {.name = "tidewire.sink.dead-letter.file",
           .initial = "data/sink-dead-letters.jsonl",
           .meaning = "File for those that no queue is named for, or that are too large for one."},
          {.name = "tidewire.sink.kinesis.protocol",
           .type = choice,
           .initial = "auto",
           .allowed = {"auto", "cbor", "json"},
           .meaning = "Form of the calls to Kinesis; auto is CBOR, and JSON for good where the "
                      "endpoint refuses CBOR."},
          {.name = "tidewire.sink.kinesis.aggregation",
           .type = flag,
           .initial = "off",
           .meaning =
               "Whether the events for a shard travel together in one Kinesis record, in the "
               "form of Amazon's producer library: more than 1,000 events a second and "
               "shard. Readers must take them apart, as `relay` and Amazon's libraries do."},
          {.name = "tidewire.sink.kinesis.compression",
           .type = choice,
           .initial = "none",
           .allowed = {"none", "gzip", "zstd"},
           .meaning =
               "Whether a Kinesis record's data are one gzip member or one zstd frame of the "
               "value, "
               "with aggregation of the aggregate. Readers must undo it where data begin with 1F "
               "8B or 28 B5 2F FD, as `relay` does; what would not become shorter, such as a "
               "tombstone, goes as it is."},
          {.name = "tidewire.sink.eventbridge.bus",
           .initial = "default",
           .meaning = "Event bus that events go to."},
          {.name = "tidewire.sink.eventbridge.source",
           .meaning = "Source of the entries; by default the topic."},
          {.name = "tidewire.sink.eventbridge.detail-type",
           .meaning =
               "Detail type of the entries; by default the table's name and `DataChangeEvent`."},
          {.name = "tidewire.sink.eventbridge.<topic>.bus", .meaning = "Event bus for that topic."},
          {.name = "tidewire.sink.eventbridge.<topic>.source",
           .meaning = "Source of the entries of that topic."},
          {.name = "tidewire.sink.eventbridge.<topic>.detail-type",
           .meaning = "Detail type of the entries of that topic."},
          {.name = "tidewire.sink.sqs.<topic>.queue-url", .meaning = "Queue for that topic."},
      }};
}

property_family runtime_properties() {
  return {.title = "Server and log",
          .remark = "",
          .properties = {
              {.name = "quarkus.http.port",
               .type = integer,
               .initial = "8080",
               .lowest = 0,
               .highest = 65535,
               .meaning = "Port of /q/health and /metrics; 0 is any free one."},
              {.name = "quarkus.http.host",
               .initial = "127.0.0.1",
               .meaning = "Address that port is bound to. Debezium Server binds 0.0.0.0: set that "
                          "in a container."},
              {.name = "quarkus.log.level",
               .type = choice,
               .initial = "INFO",
               .allowed = {"DEBUG", "INFO", "WARN", "ERROR"},
               .meaning = "The least severe lines that are logged.",
               .aliases = {{"ALL", "DEBUG"},
                           {"TRACE", "DEBUG"},
                           {"FINEST", "DEBUG"},
                           {"FINER", "DEBUG"},
                           {"FINE", "DEBUG"},
                           {"CONFIG", "INFO"},
                           {"WARNING", "WARN"},
                           {"SEVERE", "ERROR"},
                           {"FATAL", "ERROR"},
                           {"OFF", "ERROR"}}},
              {.name = "quarkus.log.console.json",
               .type = flag,
               .initial = "false",
               .meaning =
                   "Whether each line of log is a JSON object. Debezium Server's default is true."},
              {.name = "quarkus.<option>",
               .how = harmless,
               .meaning = "Other settings of Quarkus, on which Debezium Server is built.",
               .remark = "there is no Quarkus here"},
          }};
}

}  // namespace tidewire::config
