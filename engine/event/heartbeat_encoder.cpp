#include "event/heartbeat_encoder.hpp"

#include "base/json_text.hpp"
#include "event/envelope_text.hpp"
#include "event/names.hpp"
#include "event/record_frame.hpp"
#include "event/schema_text.hpp"

namespace tidewire::event {
namespace {

std::string named(std::string_view name, const options& how) {
  return json_quoted(
      adjust_schema_name("io.debezium.connector.common." + std::string(name), how.schema_names));
}

std::string key_schema(const options& how) {
  return R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"serverName"}],"optional":false,"name":)" +
         named("ServerNameKey", how) + R"(,"version":1})";
}

std::string value_schema(const options& how) {
  return R"({"type":"struct","fields":[{"type":"int64","optional":false,"field":"ts_ms"}],"optional":false,"name":)" +
         named("Heartbeat", how) + R"(,"version":1})";
}

}  // namespace

heartbeat_encoder::heartbeat_encoder(const options& how, streams& names, record_output& out)
    : destination_(names.intern(heartbeat_topic(how))),
      out_(&out),
      key_(document_start(how.key_schemas, key_schema(how)) + "{\"serverName\":" +
           json_quoted(how.topic_prefix) + "}" + std::string(document_end(how.key_schemas))),
      value_before_(document_start(how.value_schemas, value_schema(how)) + "{\"ts_ms\":"),
      value_after_("}" + std::string(document_end(how.value_schemas))),
      value_is_empty_(how.cloud_events) {}

void heartbeat_encoder::beat(change_context& context) {
  const std::uint64_t hash = key_hash(key_);
  record_buffer& buffer = out_->for_key(hash);
  record made = begin_record(buffer, destination_, hash, key_);
  made.has_key = true;
  byte_buffer& out = buffer.bytes;
  out.append(value_before_);
  append_number(out, context.now_ms);
  out.append(value_after_);
  // Debezium's converter makes CloudEvents of changes only, and nothing of all else.
  if (value_is_empty_) out.truncate(made.value_offset);
  end_record(buffer, made, context);
}

}  // namespace tidewire::event
