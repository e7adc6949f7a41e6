#include "event/transaction_encoder.hpp"

#include "base/json_text.hpp"
#include "event/envelope_text.hpp"
#include "event/event_string.hpp"
#include "event/java_text.hpp"
#include "event/names.hpp"
#include "event/record_frame.hpp"

#include <algorithm>
#include <cstddef>

namespace tidewire::event {
namespace {

std::string key_schema(const options& how) {
  return R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"id"}],"optional":false,"name":)" +
         ("\"" +
          adjust_schema_name("io.debezium.connector.common.TransactionMetadataKey",
                             how.schema_names) +
          "\"") +
         R"(,"version":1})";
}

std::string value_schema(const options& how) {
  return R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"status"},)"
         R"({"type":"string","optional":false,"field":"id"},{"type":"int64","optional":true,"field":"event_count"},)"
         R"({"type":"array","items":{"type":"struct","fields":[{"type":"string","optional":false,)"
         R"("field":"data_collection"},{"type":"int64","optional":false,"field":"event_count"}],"optional":true,)"
         R"("name":"event.collection","version":1},"optional":true,"field":"data_collections"},)"
         R"({"type":"int64","optional":false,"field":"ts_ms"}],"optional":false,"name":)" +
         ("\"" +
          adjust_schema_name("io.debezium.connector.common.TransactionMetadataValue",
                             how.schema_names) +
          "\"") +
         R"(,"version":1})";
}

}  // namespace

void append_transaction_id(byte_buffer& out, const change_context& context) {
  append_number(out, std::uint64_t{context.xid.value_or(0)});
  out.push_back(':');
  append_number(out, context.position.value_or(lsn{}).value);
}

transaction_encoder::transaction_encoder(const options& how, streams& names, record_output& out)
    : destination_(names.intern(transaction_topic(how))),
      out_(&out),
      key_before_(document_start(how.key_schemas, key_schema(how)) + "{\"id\":\""),
      key_after_("\"}" + std::string(document_end(how.key_schemas))),
      value_before_(document_start(how.value_schemas, value_schema(how)) + "{\"status\":\""),
      value_after_("}" + std::string(document_end(how.value_schemas))),
      value_is_empty_(how.cloud_events) {}

void transaction_encoder::begin(change_context& context) {
  open_ = true;
  total_ = 0;
  tables_used_ = 0;
  write("BEGIN", context, /*with_counts=*/false);
}

event_order transaction_encoder::next(std::string_view table) {
  ++total_;
  for (std::size_t i = 0; i < tables_used_; ++i)
    if (tables_[i].name == table) return {.total = total_, .in_table = ++tables_[i].events};
  if (tables_used_ == tables_.size()) tables_.emplace_back();
  table_count& fresh = tables_[tables_used_++];
  fresh.name.assign(table);
  fresh.events = 1;
  fresh.hash = java_string_hash(table);
  fresh.arrival = tables_used_;
  return {.total = total_, .in_table = 1};
}

void transaction_encoder::end(change_context& context) {
  order_like_java_map();
  write("END", context, /*with_counts=*/true);
  open_ = false;
}

void transaction_encoder::write(std::string_view status,
                                change_context& context,
                                bool with_counts) {
  key_.clear();
  key_.append(key_before_);
  append_transaction_id(key_, context);
  key_.append(key_after_);

  const std::uint64_t hash = key_hash(key_.view());
  record_buffer& buffer = out_->for_key(hash);
  record made = begin_record(buffer, destination_, hash, key_.view());
  made.has_key = true;
  byte_buffer& out = buffer.bytes;
  out.append(value_before_);
  out.append(status);
  out.append("\",\"id\":\"");
  append_transaction_id(out, context);
  out.append("\",\"event_count\":");
  if (with_counts) {
    append_number(out, total_);
    out.append(",\"data_collections\":");
    append_counts(out);
  } else {
    out.append("null,\"data_collections\":null");
  }
  out.append(",\"ts_ms\":");
  append_number(out, context.time_us / 1000);
  out.append(value_after_);
  // Debezium's converter makes CloudEvents of changes only, and nothing of all else.
  if (value_is_empty_) out.truncate(made.value_offset);
  end_record(buffer, made, context);
}

/// The END record lists the tables as java.util.HashMap goes through them: by bucket, and within
/// one in the order of insertion.
void transaction_encoder::order_like_java_map() {
  buckets_ = java_map_buckets(tables_used_, buckets_);
  const auto used_end = tables_.begin() + static_cast<std::ptrdiff_t>(tables_used_);
  std::sort(tables_.begin(), used_end, [this](const table_count& a, const table_count& b) {
    const std::uint32_t left = java_map_bucket(a.hash, buckets_);
    const std::uint32_t right = java_map_bucket(b.hash, buckets_);
    return left != right ? left < right : a.arrival < b.arrival;
  });
}

void transaction_encoder::append_counts(byte_buffer& out) const {
  out.push_back('[');
  for (std::size_t i = 0; i < tables_used_; ++i) {
    if (i > 0) out.push_back(',');
    out.append("{\"data_collection\":");
    append_event_string(out, tables_[i].name);
    out.append(",\"event_count\":");
    append_number(out, tables_[i].events);
    out.push_back('}');
  }
  out.push_back(']');
}

}  // namespace tidewire::event
