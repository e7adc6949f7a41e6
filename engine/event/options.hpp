#pragma once

#include "base/regex_list.hpp"
#include "event/column_mask.hpp"
#include "event/key_column_rules.hpp"
#include "event/keyless_order.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidewire::event {

enum class decimal_mode : std::uint8_t { precise, as_double, as_string };
enum class time_mode : std::uint8_t { adaptive, adaptive_time_microseconds, connect };
enum class binary_mode : std::uint8_t { bytes, base64, base64_url_safe, hex };
enum class interval_mode : std::uint8_t { numeric, string };
enum class hstore_mode : std::uint8_t { json, map };
enum class name_adjustment : std::uint8_t { none, avro, avro_unicode };

/// Which kinds of change give no event (`skipped.operations`).
struct skipped_operations {
  bool create = false;
  bool update = false;
  bool remove = false;
  bool truncate = true;

  /// Reads `c,u`, `t`, `none`; nothing where a word is not one of c, u, d, t, none.
  static std::optional<skipped_operations> parse(std::string_view text);
};

/// Everything that decides what an event looks like. Made once from the configuration and never
/// changed; the comments name the property, the initialisers are Debezium's defaults.
struct options {
  std::string topic_prefix;                               // topic.prefix
  std::string topic_delimiter = ".";                      // topic.delimiter
  std::string transaction_topic = "transaction";          // topic.transaction
  std::string heartbeat_prefix = "__debezium-heartbeat";  // topic.heartbeat.prefix
  std::string database;                                   // source.db
  std::string version = "2.5.3.Final";                    // source.version
  std::string connector = "postgresql";                   // source.connector

  decimal_mode decimals = decimal_mode::precise;     // decimal.handling.mode
  time_mode times = time_mode::adaptive;             // time.precision.mode
  binary_mode binaries = binary_mode::bytes;         // binary.handling.mode
  interval_mode intervals = interval_mode::numeric;  // interval.handling.mode
  hstore_mode hstores = hstore_mode::json;           // hstore.handling.mode
  std::int32_t money_fraction_digits = 2;            // money.fraction.digits
  std::string unavailable_placeholder =
      "__debezium_unavailable_value";  // unavailable.value.placeholder, `hex:` too
  name_adjustment schema_names = name_adjustment::none;  // schema.name.adjustment.mode
  name_adjustment field_names = name_adjustment::none;   // field.name.adjustment.mode
  bool decoderbufs = false;    // plugin.name: its rows look different to Debezium in places
  bool unknown_types = false;  // include.unknown.datatypes
  bool tombstones = true;      // tombstones.on.delete
  bool key_schemas = true;     // debezium.format.key.schemas.enable
  bool value_schemas = true;   // debezium.format.value.schemas.enable
  bool key_decimals_as_numbers = false;    // debezium.format.key.decimal.format=NUMERIC
  bool value_decimals_as_numbers = false;  // debezium.format.value.decimal.format=NUMERIC
  bool cloud_events = false;               // debezium.format.value=cloudevents
  bool cloud_event_schemas = true;         // debezium.format.value.json.schemas.enable
  bool cloud_event_extensions = true;      // debezium.format.value.extension.attributes.enable
  bool key_nulls_as_default = true;        // debezium.format.key.replace.null.with.default
  bool value_nulls_as_default = true;      // debezium.format.value.replace.null.with.default
  bool transaction_metadata = false;       // provide.transaction.metadata
  /// tidewire.sink.ordering.keyless: see insert_order() of table_plan.hpp.
  keyless_order keyless_inserts = keyless_order::stream;
  bool skip_unchanged = false;  // skip.messages.without.change
  skipped_operations skipped;   // skipped.operations

  regex_list columns_included;           // column.include.list; empty: all
  regex_list columns_excluded;           // column.exclude.list
  regex_list columns_with_source_type;   // column.propagate.source.type
  regex_list types_with_source_type;     // datatype.propagate.source.type
  mask_rules masks;                      // column.mask.*, column.truncate.*
  key_column_rules key_columns;          // message.key.columns
  regex_list message_prefixes_included;  // message.prefix.include.list; empty: all
  regex_list message_prefixes_excluded;  // message.prefix.exclude.list
};

}  // namespace tidewire::event
