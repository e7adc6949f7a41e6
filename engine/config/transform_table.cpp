#include "config/transform_table.hpp"

namespace tidewire::config {
namespace {

constexpr std::string_view no_scripts =
    "its script in Groovy cannot be run here. The alternative is an event pattern in "
    "tidewire.filter.<name>.pattern, such as {\"op\":[\"c\",\"r\"]}, which lets through the events "
    "that match";
constexpr std::string_view no_script_routes =
    "its script in Groovy cannot be run here. The alternatives are RegexRouter and "
    "ByLogicalTableRouter, which go by the topic, and route.by.field of ExtractNewRecordState";
constexpr std::string_view no_header_values =
    "headers are kept by their names only, since Kinesis has none. The alternatives are add.fields "
    "of "
    "ExtractNewRecordState and table.fields.additional.placement=<column>:envelope of EventRouter";
constexpr std::string_view needs_a_side =
    "the class has two forms, one for keys and one for values: write $Key or $Value behind it";
const std::vector<std::string_view> script_options = {
    "language", "condition", "topic.expression", "topic.regex", "null.handling.mode"};

void add_sided(std::vector<transform_class>& all,
               std::string_view both,
               std::string_view key,
               std::string_view value,
               const std::vector<std::string_view>& options) {
  all.push_back({key, options});
  all.push_back({value, options});
  all.push_back({both, options, support::refused, needs_a_side});
}

void add_debezium(std::vector<transform_class>& all) {
  all.push_back({"io.debezium.transforms.ExtractNewRecordState",
                 {"drop.tombstones",
                  "delete.handling.mode",
                  "delete.tombstone.handling.mode",
                  "add.fields",
                  "add.fields.prefix",
                  "add.headers",
                  "add.headers.prefix",
                  "route.by.field",
                  "drop.fields.header.name",
                  "drop.fields.from.key",
                  "drop.fields.keep.schema.compatible"}});
  all.push_back({"io.debezium.transforms.ByLogicalTableRouter",
                 {"topic.regex",
                  "topic.replacement",
                  "key.enforce.uniqueness",
                  "key.field.name",
                  "key.field.regex",
                  "key.field.replacement",
                  "schema.name.adjustment.mode",
                  "logical.table.cache.size"}});
  all.push_back({"io.debezium.transforms.outbox.EventRouter",
                 {"table.field.event.id",
                  "table.field.event.key",
                  "table.field.event.type",
                  "table.field.event.payload",
                  "table.field.event.timestamp",
                  "table.field.event.schema.version",
                  "table.fields.additional.placement",
                  "table.fields.additional.error.on.missing",
                  "table.expand.json.payload",
                  "table.json.payload.null.behavior",
                  "table.op.invalid.behavior",
                  "route.by.field",
                  "route.topic.regex",
                  "route.topic.replacement",
                  "route.tombstone.on.empty.payload",
                  "tracing.span.context.field",
                  "tracing.operation.name",
                  "tracing.with.context.field.only"}});
  all.push_back({"io.debezium.transforms.ExtractChangedRecordState",
                 {"header.changed.name", "header.unchanged.name"}});
  all.push_back({"io.debezium.transforms.partitions.PartitionRouting",
                 {"partition.payload.fields", "partition.topic.num", "partition.hash.function"}});
  all.push_back({"io.debezium.transforms.HeaderToValue",
                 {"headers", "fields", "operation"},
                 support::refused,
                 no_header_values});
  all.push_back({"io.debezium.transforms.TimezoneConverter",
                 {"converted.timezone", "include.list", "exclude.list"}});
  all.push_back({"io.debezium.transforms.Filter", script_options, support::refused, no_scripts});
  all.push_back({"io.debezium.transforms.ContentBasedRouter",
                 script_options,
                 support::refused,
                 no_script_routes});
}

void add_kafka(std::vector<transform_class>& all) {
  all.push_back({"org.apache.kafka.connect.transforms.RegexRouter", {"regex", "replacement"}});
  all.push_back({"org.apache.kafka.connect.transforms.TimestampRouter",
                 {"topic.format", "timestamp.format"}});
  all.push_back({"org.apache.kafka.connect.transforms.ValueToKey", {"fields", "topics"}});
  all.push_back({"org.apache.kafka.connect.transforms.DropHeaders", {"headers"}});
  all.push_back({"org.apache.kafka.connect.transforms.InsertHeader", {"header", "value.literal"}});
  all.push_back({"org.apache.kafka.connect.transforms.Filter", {}});
  add_sided(all,
            "org.apache.kafka.connect.transforms.InsertField",
            "org.apache.kafka.connect.transforms.InsertField$Key",
            "org.apache.kafka.connect.transforms.InsertField$Value",
            {"topic.field",
             "partition.field",
             "offset.field",
             "timestamp.field",
             "static.field",
             "static.value"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.ReplaceField",
            "org.apache.kafka.connect.transforms.ReplaceField$Key",
            "org.apache.kafka.connect.transforms.ReplaceField$Value",
            {"exclude", "include", "renames", "blacklist", "whitelist"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.MaskField",
            "org.apache.kafka.connect.transforms.MaskField$Key",
            "org.apache.kafka.connect.transforms.MaskField$Value",
            {"fields", "replacement"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.TimestampConverter",
            "org.apache.kafka.connect.transforms.TimestampConverter$Key",
            "org.apache.kafka.connect.transforms.TimestampConverter$Value",
            {"field", "target.type", "format", "unix.precision"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.HoistField",
            "org.apache.kafka.connect.transforms.HoistField$Key",
            "org.apache.kafka.connect.transforms.HoistField$Value",
            {"field"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.ExtractField",
            "org.apache.kafka.connect.transforms.ExtractField$Key",
            "org.apache.kafka.connect.transforms.ExtractField$Value",
            {"field"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.Cast",
            "org.apache.kafka.connect.transforms.Cast$Key",
            "org.apache.kafka.connect.transforms.Cast$Value",
            {"spec"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.Flatten",
            "org.apache.kafka.connect.transforms.Flatten$Key",
            "org.apache.kafka.connect.transforms.Flatten$Value",
            {"delimiter"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.SetSchemaMetadata",
            "org.apache.kafka.connect.transforms.SetSchemaMetadata$Key",
            "org.apache.kafka.connect.transforms.SetSchemaMetadata$Value",
            {"schema.name", "schema.version"});
  add_sided(all,
            "org.apache.kafka.connect.transforms.HeaderFrom",
            "org.apache.kafka.connect.transforms.HeaderFrom$Key",
            "org.apache.kafka.connect.transforms.HeaderFrom$Value",
            {"fields", "headers", "operation"});
}

std::vector<transform_class> make_transforms() {
  std::vector<transform_class> all;
  add_debezium(all);
  add_kafka(all);
  return all;
}

}  // namespace

const std::vector<transform_class>& transform_classes() {
  static const auto all = make_transforms();
  return all;
}

const std::vector<transform_class>& predicate_classes() {
  static const std::vector<transform_class> all = {
      {"org.apache.kafka.connect.transforms.predicates.TopicNameMatches", {"pattern"}},
      {"org.apache.kafka.connect.transforms.predicates.HasHeaderKey", {"name"}},
      {"org.apache.kafka.connect.transforms.predicates.RecordIsTombstone", {}}};
  return all;
}

}  // namespace tidewire::config
