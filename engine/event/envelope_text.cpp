#include "event/envelope_text.hpp"

#include "base/json_text.hpp"
#include "event/names.hpp"
#include "event/schema_text.hpp"

namespace tidewire::event {
namespace {

std::string field(std::string_view type, bool optional, std::string_view name) {
  field_schema schema;
  schema.type = "\"type\":" + json_quoted(type);
  schema.optional = optional;
  return render(schema, name);
}

std::string snapshot_field() {
  field_schema schema;
  schema.type = "\"type\":\"string\"";
  schema.optional = true;
  schema.name = "io.debezium.data.Enum";
  schema.parameters.emplace_back("allowed", "true,last,false,incremental");
  schema.default_value = "\"false\"";
  return render(schema, "snapshot");
}

/// Inside a JSON string: null, or the position in escaped quotes.
void append_sequence_member(byte_buffer& out, const std::optional<lsn>& position) {
  if (!position) return out.append("null");
  out.append("\\\"");
  append_number(out, position->value);
  out.append("\\\"");
}

}  // namespace

std::string_view marker_text(snapshot_marker marker) noexcept {
  switch (marker) {
    case snapshot_marker::none:
      return "false";
    case snapshot_marker::first:
      return "first";
    case snapshot_marker::first_in_data_collection:
      return "first_in_data_collection";
    case snapshot_marker::within:
      return "true";
    case snapshot_marker::last_in_data_collection:
      return "last_in_data_collection";
    case snapshot_marker::last:
      return "last";
    case snapshot_marker::incremental:
      return "incremental";
  }
  return "false";
}

void append_sequence(byte_buffer& out, const change_context& context) {
  append_sequence_member(out, context.last_commit);
  out.push_back(',');
  append_sequence_member(out, context.position);
}

std::string source_schema(const options& how) {
  field_schema schema;
  schema.type = struct_type({field("string", false, "version"),
                             field("string", false, "connector"),
                             field("string", false, "name"),
                             field("int64", false, "ts_ms"),
                             snapshot_field(),
                             field("string", false, "db"),
                             field("string", true, "sequence"),
                             field("string", false, "schema"),
                             field("string", false, "table"),
                             field("int64", true, "txId"),
                             field("int64", true, "lsn"),
                             field("int64", true, "xmin")});
  std::string out = render(schema);
  // The one logical name here that has no version.
  out.pop_back();
  out +=
      ",\"name\":" +
      json_quoted(adjust_schema_name("io.debezium.connector.postgresql.Source", how.schema_names)) +
      ",\"field\":\"source\"}";
  return out;
}

std::string transaction_block_schema() {
  field_schema schema;
  schema.type = struct_type({field("string", false, "id"),
                             field("int64", false, "total_order"),
                             field("int64", false, "data_collection_order")});
  schema.optional = true;
  schema.name = "event.block";
  return render(schema, "transaction");
}

std::string source_start(const options& how) {
  return "{\"version\":" + json_quoted(how.version) +
         ",\"connector\":" + json_quoted(how.connector) +
         ",\"name\":" + json_quoted(how.topic_prefix) + ",\"ts_ms\":";
}

std::string source_unmarked(const options& how) {
  // Debezium leaves the member out, and its converter puts the default for it, or null.
  return how.value_nulls_as_default ? json_quoted(marker_text(snapshot_marker::none)) : "null";
}

std::string source_database(const options& how) {
  return ",\"db\":" + json_quoted(how.database) + ",\"sequence\":\"[";
}

std::string source_table(std::string_view schema, std::string_view table) {
  return "]\",\"schema\":" + json_quoted(schema) + ",\"table\":" + json_quoted(table) +
         ",\"txId\":";
}

void append_source(byte_buffer& out,
                   std::string_view unmarked,
                   std::string_view database,
                   std::string_view table,
                   const change_context& context) {
  append_number(out, context.time_us / 1000);
  out.append(",\"snapshot\":");
  if (context.marker == snapshot_marker::none) {
    out.append(unmarked);
  } else {
    out.push_back('"');
    out.append(marker_text(context.marker));
    out.push_back('"');
  }
  out.append(database);
  append_sequence(out, context);
  out.append(table);
  if (context.xid) {
    append_number(out, std::uint64_t{*context.xid});
  } else {
    out.append("null");
  }
  out.append(",\"lsn\":");
  if (const auto position = source_position(context)) {
    append_number(out, position->value);
  } else {
    out.append("null");
  }
  if (!context.xmin) return out.append(",\"xmin\":null}");
  out.append(",\"xmin\":");
  append_number(out, std::uint64_t{*context.xmin});
  out.push_back('}');
}

std::string document_start(bool with_schema, std::string_view schema) {
  if (!with_schema) return {};
  return "{\"schema\":" + std::string(schema) + ",\"payload\":";
}

std::string_view document_end(bool with_schema) noexcept {
  return with_schema ? "}" : "";
}

}  // namespace tidewire::event
