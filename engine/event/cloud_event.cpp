#include "event/cloud_event.hpp"

#include "base/json_text.hpp"
#include "event/envelope_text.hpp"
#include "event/names.hpp"
#include "event/schema_text.hpp"
#include "event/temporal_text.hpp"
#include "event/transaction_encoder.hpp"

namespace tidewire::event {
namespace {

/// Extension attributes hold no 64-bit numbers, so those are strings.
void append_text_number(byte_buffer& out, std::optional<std::uint64_t> number) {
  if (!number) return out.append("null");
  out.push_back('"');
  append_number(out, *number);
  out.push_back('"');
}

void append_plain(byte_buffer& out, std::optional<std::uint64_t> number) {
  if (!number) return out.append("null");
  append_number(out, *number);
}

std::optional<std::uint64_t> position_of(const change_context& context) {
  const auto position = source_position(context);
  return position ? std::optional(position->value) : std::nullopt;
}

std::optional<std::uint64_t> xid_of(const change_context& context) {
  return context.xid ? std::optional<std::uint64_t>(*context.xid) : std::nullopt;
}

void append_time(byte_buffer& out, std::int64_t time_us) {
  std::int64_t days = time_us / micros_per_day;
  if (time_us % micros_per_day < 0) --days;
  constexpr int millisecond_digits = 3;
  append_iso_timestamp(out, days, time_us - days * micros_per_day, millisecond_digits);
}

void append_order(byte_buffer& out,
                  const change_context& context,
                  const std::optional<cloud_event_order>& order) {
  out.append(",\"iodebeziumxmin\":");
  if (context.xmin) {
    append_text_number(out, *context.xmin);
  } else {
    out.append("null");
  }
  out.append(",\"iodebeziumtxid\":");
  if (!order)
    return out.append(
        "null,\"iodebeziumtxtotalorder\":null,\"iodebeziumtxdatacollectionorder\":null");
  out.push_back('"');
  append_transaction_id(out, context);
  out.append("\",\"iodebeziumtxtotalorder\":");
  append_text_number(out, order->total);
  out.append(",\"iodebeziumtxdatacollectionorder\":");
  append_text_number(out, order->in_table);
}

}  // namespace

cloud_event_text make_cloud_event(const options& how,
                                  std::string_view schema,
                                  std::string_view table,
                                  std::string_view before_schema,
                                  std::string_view after_schema) {
  const std::string prefix = json_quoted(how.topic_prefix);
  const std::string plain_prefix = prefix.substr(1, prefix.size() - 2);
  field_schema data;
  data.type = struct_type({std::string(before_schema), std::string(after_schema)});
  std::string data_schema = render(data);
  data_schema.pop_back();
  data_schema += ",\"name\":\"io.debezium.connector." + how.connector + ".Data\"}";

  cloud_event_text text;
  text.id = "{\"id\":\"name:" + plain_prefix + ";lsn:";
  text.source = "\",\"source\":\"/debezium/" + how.connector + "/" + plain_prefix +
                "\",\"specversion\":\"1.0\",\"type\":\"io.debezium.connector." + how.connector +
                ".DataChangeEvent\",\"time\":\"";
  text.extensions = how.cloud_event_extensions;
  text.operation = "\",\"datacontenttype\":\"application/json\"";
  if (text.extensions) text.operation += ",\"iodebeziumop\":\"";
  text.names = "\",\"iodebeziumversion\":" + json_quoted(how.version) +
               ",\"iodebeziumconnector\":" + json_quoted(how.connector) +
               ",\"iodebeziumname\":" + prefix + ",\"iodebeziumtsms\":\"";
  text.database =
      "\",\"iodebeziumdb\":" + json_quoted(how.database) + ",\"iodebeziumsequence\":\"[";
  text.table = "]\",\"iodebeziumschema\":" + json_quoted(schema) +
               ",\"iodebeziumtable\":" + json_quoted(table) + ",\"iodebeziumtxId\":";
  text.data = ",\"data\":" + document_start(how.cloud_event_schemas, data_schema) + "{\"before\":";
  text.end = "}" + std::string(document_end(how.cloud_event_schemas)) + "}";
  return text;
}

void append_cloud_event(byte_buffer& out,
                        const cloud_event_text& text,
                        std::string_view operation,
                        const change_context& context,
                        const std::optional<cloud_event_order>& order) {
  out.append(text.id);
  append_plain(out, position_of(context));
  out.append(";txId:");
  append_plain(out, xid_of(context));
  out.append(";sequence:[");
  append_sequence(out, context);
  out.push_back(']');
  out.append(text.source);
  append_time(out, context.time_us);
  out.append(text.operation);
  if (!text.extensions) return out.append(text.data);
  out.append(operation);
  out.append(text.names);
  append_number(out, context.time_us / 1000);
  out.append("\",\"iodebeziumsnapshot\":\"");
  out.append(marker_text(context.marker));
  out.append(text.database);
  append_sequence(out, context);
  out.append(text.table);
  append_text_number(out, xid_of(context));
  out.append(",\"iodebeziumlsn\":");
  append_text_number(out, position_of(context));
  append_order(out, context, order);
  out.append(text.data);
}

}  // namespace tidewire::event
