#include "event/message_encoder.hpp"

#include "base/base64.hpp"
#include "base/json_text.hpp"
#include "event/binary_text.hpp"
#include "event/envelope_text.hpp"
#include "event/event_string.hpp"
#include "event/names.hpp"
#include "event/record_frame.hpp"

namespace tidewire::event {
namespace {

std::string named(std::string_view name, const options& how) {
  return "\"" +
         adjust_schema_name("io.debezium.connector.postgresql." + std::string(name),
                            how.schema_names) +
         "\"";
}

std::string key_schema(const options& how) {
  return R"({"type":"struct","fields":[{"type":"string","optional":true,"field":"prefix"}],"optional":false,"name":)" +
         named("MessageKey", how) + R"(,"version":1})";
}

std::string value_schema(const options& how) {
  return R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"op"},)"
         R"({"type":"int64","optional":true,"field":"ts_ms"},)" +
         source_schema(how) +
         R"(,{"type":"struct","fields":[{"type":"string","optional":true,"field":"prefix"},)"
         R"({"type":")" +
         std::string(how.binaries == binary_mode::bytes ? "bytes" : "string") +
         R"(","optional":true,"field":"content"}],"optional":false,"name":)" +
         named("Message", how) + R"(,"version":1,"field":"message"}],"optional":false,"name":)" +
         named("MessageValue", how) + R"(,"version":1})";
}

using append_function = void (*)(byte_buffer&, std::string_view);

append_function content_by(binary_mode mode) {
  switch (mode) {
    case binary_mode::hex:
      return append_hex;
    case binary_mode::base64_url_safe:
      return append_base64_url_safe;
    case binary_mode::bytes:
    case binary_mode::base64:
      break;
  }
  return append_base64;
}

}  // namespace

message_encoder::message_encoder(const options& how, streams& names, record_output& out)
    : how_(&how),
      destination_(names.intern(message_topic(how))),
      out_(&out),
      key_before_(document_start(how.key_schemas, key_schema(how)) + "{\"prefix\":"),
      key_after_("}" + std::string(document_end(how.key_schemas))),
      value_before_(document_start(how.value_schemas, value_schema(how)) +
                    "{\"op\":\"m\",\"ts_ms\":"),
      source_before_(",\"source\":" + source_start(how)),
      source_unmarked_(source_unmarked(how)),
      source_database_(source_database(how)),
      source_table_(source_table("", "")),
      value_after_("}}" + std::string(document_end(how.value_schemas))) {}

bool message_encoder::wanted(std::string_view prefix) const {
  if (!how_->message_prefixes_included.empty())
    return how_->message_prefixes_included.matches(prefix);
  return !how_->message_prefixes_excluded.matches(prefix);
}

void message_encoder::message(std::string_view prefix,
                              std::string_view content,
                              bool transactional,
                              change_context& context) {
  if (!wanted(prefix)) return;
  key_.clear();
  key_.append(key_before_);
  append_event_string(key_, prefix);
  key_.append(key_after_);

  const std::uint64_t hash = key_hash(key_.view());
  record_buffer& buffer = out_->for_key(hash);
  record made = begin_record(buffer, destination_, hash, key_.view());
  made.has_key = true;
  byte_buffer& out = buffer.bytes;
  out.append(value_before_);
  append_number(out, context.now_ms);
  out.append(source_before_);
  change_context source = context;
  if (!transactional) {
    source.xid.reset();
    source.time_us = context.now_ms * 1000;
  }
  append_source(out, source_unmarked_, source_database_, source_table_, source);
  out.append(",\"message\":{\"prefix\":");
  append_event_string(out, prefix);
  out.append(",\"content\":\"");
  content_by(how_->binaries)(out, content);
  out.push_back('"');
  out.append(value_after_);
  // Debezium's converter makes CloudEvents of changes only, and nothing of all else.
  if (how_->cloud_events) out.truncate(made.value_offset);
  end_record(buffer, made, context);
}

}  // namespace tidewire::event
