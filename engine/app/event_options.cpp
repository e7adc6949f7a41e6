#include "app/engine_options.hpp"
#include "app/mask_options.hpp"
#include "base/startup_error.hpp"

#include <array>
#include <string_view>

/// debezium.source.* and debezium.format.* as the event room wants them.
namespace tidewire::app {
namespace {

using config::settings;

template <class Enum>
struct spelling {
  std::string_view word;
  Enum meaning;
};

/// The words were checked on loading: a word that is not here is a hole in our own tables.
template <class Enum, std::size_t Count>
Enum one_of(const settings& from,
            std::string_view property,
            const std::array<spelling<Enum>, Count>& spellings) {
  const std::string word = from.text(property);
  for (const auto& [spelt, meaning] : spellings)
    if (spelt == word) return meaning;
  throw startup_error(std::string(property) + "=" + word + " is not supported");
}

constexpr std::array<spelling<event::decimal_mode>, 3> decimal_modes = {
    {{"precise", event::decimal_mode::precise},
     {"double", event::decimal_mode::as_double},
     {"string", event::decimal_mode::as_string}}};
constexpr std::array<spelling<event::time_mode>, 3> time_modes = {
    {{"adaptive", event::time_mode::adaptive},
     {"adaptive_time_microseconds", event::time_mode::adaptive_time_microseconds},
     {"connect", event::time_mode::connect}}};
constexpr std::array<spelling<event::binary_mode>, 4> binary_modes = {
    {{"bytes", event::binary_mode::bytes},
     {"base64", event::binary_mode::base64},
     {"base64-url-safe", event::binary_mode::base64_url_safe},
     {"hex", event::binary_mode::hex}}};
constexpr std::array<spelling<event::interval_mode>, 2> interval_modes = {
    {{"numeric", event::interval_mode::numeric}, {"string", event::interval_mode::string}}};
constexpr std::array<spelling<event::hstore_mode>, 2> hstore_modes = {
    {{"json", event::hstore_mode::json}, {"map", event::hstore_mode::map}}};
constexpr std::array<spelling<event::name_adjustment>, 3> name_adjustments = {
    {{"none", event::name_adjustment::none},
     {"avro", event::name_adjustment::avro},
     {"avro_unicode", event::name_adjustment::avro_unicode}}};
constexpr std::array<spelling<event::keyless_order>, 3> keyless_orders = {
    {{"stream", event::keyless_order::stream},
     {"request", event::keyless_order::request},
     {"none", event::keyless_order::none}}};

regex_list names(const settings& from, std::string_view property) {
  return regex_list::parse(from.text(property));
}

event::skipped_operations skipped(const settings& from) {
  constexpr std::string_view property = "debezium.source.skipped.operations";
  const auto operations = event::skipped_operations::parse(from.text(property));
  if (!operations)
    throw startup_error(std::string(property) +
                        " holds a word that is not one of c, u, d, t, none");
  return *operations;
}

}  // namespace

event::options event_options_of(const settings& from) {
  event::options to;
  to.topic_prefix = from.text("debezium.source.topic.prefix");
  to.topic_delimiter = from.text("debezium.source.topic.delimiter");
  to.transaction_topic = from.text("debezium.source.topic.transaction");
  to.heartbeat_prefix = from.text("debezium.source.topic.heartbeat.prefix");
  to.database = from.text("debezium.source.database.dbname");
  to.decimals = one_of(from, "debezium.source.decimal.handling.mode", decimal_modes);
  to.times = one_of(from, "debezium.source.time.precision.mode", time_modes);
  to.binaries = one_of(from, "debezium.source.binary.handling.mode", binary_modes);
  to.intervals = one_of(from, "debezium.source.interval.handling.mode", interval_modes);
  to.hstores = one_of(from, "debezium.source.hstore.handling.mode", hstore_modes);
  to.money_fraction_digits =
      static_cast<std::int32_t>(from.integer("debezium.source.money.fraction.digits"));
  to.unavailable_placeholder = from.text("debezium.source.unavailable.value.placeholder");
  to.schema_names = one_of(from, "debezium.source.schema.name.adjustment.mode", name_adjustments);
  to.field_names = one_of(from, "debezium.source.field.name.adjustment.mode", name_adjustments);
  to.decoderbufs = from.text("debezium.source.plugin.name") == "decoderbufs";
  to.unknown_types = from.flag("debezium.source.include.unknown.datatypes");
  to.tombstones = from.flag("debezium.source.tombstones.on.delete");
  to.key_schemas = from.flag("debezium.format.key.schemas.enable");
  to.value_schemas = from.flag("debezium.format.value.schemas.enable");
  to.key_decimals_as_numbers = from.text("debezium.format.key.decimal.format") == "NUMERIC";
  to.value_decimals_as_numbers = from.text("debezium.format.value.decimal.format") == "NUMERIC";
  to.key_nulls_as_default = from.flag("debezium.format.key.replace.null.with.default");
  to.cloud_events = from.text("debezium.format.value") == "cloudevents";
  // The data of a CloudEvent is written by a converter that does not know the option.
  to.value_nulls_as_default =
      to.cloud_events || from.flag("debezium.format.value.replace.null.with.default");
  to.cloud_event_schemas = from.flag("debezium.format.value.json.schemas.enable");
  to.cloud_event_extensions = from.flag("debezium.format.value.extension.attributes.enable");
  to.transaction_metadata = from.flag("debezium.source.provide.transaction.metadata");
  to.keyless_inserts = one_of(from, "tidewire.sink.ordering.keyless", keyless_orders);
  to.skip_unchanged = from.flag("debezium.source.skip.messages.without.change");
  to.skipped = skipped(from);
  to.columns_included = names(from, "debezium.source.column.include.list");
  to.columns_excluded = names(from, "debezium.source.column.exclude.list");
  to.columns_with_source_type = names(from, "debezium.source.column.propagate.source.type");
  to.types_with_source_type = names(from, "debezium.source.datatype.propagate.source.type");
  to.masks = mask_rules_of(from);
  to.key_columns = event::key_column_rules(from.text("debezium.source.message.key.columns"));
  to.message_prefixes_included = names(from, "debezium.source.message.prefix.include.list");
  to.message_prefixes_excluded = names(from, "debezium.source.message.prefix.exclude.list");
  return to;
}

}  // namespace tidewire::app
