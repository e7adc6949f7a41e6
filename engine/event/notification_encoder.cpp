#include "event/notification_encoder.hpp"

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

// schema.name.adjustment.mode does not touch these names.
constexpr std::string_view key_schema =
    R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"id"}],"optional":false,)"
    R"("name":"io.debezium.connector.common.NotificationKey","version":1})";
constexpr std::string_view value_schema =
    R"({"type":"struct","fields":[{"type":"string","optional":false,"field":"id"},)"
    R"({"type":"string","optional":false,"field":"type"},)"
    R"({"type":"string","optional":false,"field":"aggregate_type"},)"
    R"({"type":"map","keys":{"type":"string","optional":false},)"
    R"("values":{"type":"string","optional":false},"optional":true,"field":"additional_data"},)"
    R"({"type":"int64","optional":false,"field":"timestamp"}],"optional":false,)"
    R"("name":"io.debezium.connector.common.Notification","version":1})";

/// Of a map copied from one of `count` entries: the smallest power of two that holds them at a load
/// of 0.75, and that is 16 where there are none. Source: java.util.HashMap.putMapEntries.
std::size_t buckets_of_copy(std::size_t count) {
  if (count == 0) return 16;
  const auto wanted = static_cast<std::size_t>(static_cast<float>(count) / 0.75F + 1.0F);
  std::size_t buckets = 1;
  while (buckets < wanted) buckets *= 2;
  return buckets;
}

}  // namespace

void order_like_java_copy(std::vector<std::pair<std::string, std::string>>& details) {
  if (details.empty()) return;
  std::size_t buckets = buckets_of_copy(details.size() - 1);
  while (details.size() * 4 > buckets * 3) buckets *= 2;
  const auto bucket_of = [mask = static_cast<std::uint32_t>(buckets - 1)](const auto& detail) {
    const std::uint32_t hash = java_string_hash(detail.first);
    return (hash ^ (hash >> 16U)) & mask;
  };
  // Those of one bucket stay in the order of insertion.
  for (auto next = details.begin(); next != details.end(); ++next)
    std::rotate(std::ranges::upper_bound(details.begin(), next, bucket_of(*next), {}, bucket_of),
                next,
                next + 1);
}

std::string describe(const notification& n) {
  std::string out = "{aggregateType='" + n.aggregate + "', type='" + n.type + "', additionalData={";
  for (std::size_t i = 0; i < n.details.size(); ++i)
    out += (i == 0 ? "" : ", ") + n.details[i].first + "=" + n.details[i].second;
  return out + "}, timestamp=" + std::to_string(n.time_ms) + "}";
}

notification_encoder::notification_encoder(const options& how,
                                           std::string_view topic,
                                           streams& names,
                                           record_output& out)
    : destination_(names.intern(topic)),
      out_(&out),
      key_before_(document_start(how.key_schemas, key_schema) + "{\"id\":"),
      key_after_("}" + std::string(document_end(how.key_schemas))),
      value_before_(document_start(how.value_schemas, value_schema) + "{\"id\":"),
      value_after_("}" + std::string(document_end(how.value_schemas))),
      value_is_empty_(how.cloud_events) {}

void notification_encoder::notify(const notification& n, change_context& context) {
  key_.clear();
  key_.append(key_before_);
  append_event_string(key_, n.id);
  key_.append(key_after_);

  const std::uint64_t hash = key_hash(key_.view());
  record_buffer& buffer = out_->for_key(hash);
  record made = begin_record(buffer, destination_, hash, key_.view());
  made.has_key = true;
  byte_buffer& out = buffer.bytes;
  out.append(value_before_);
  append_event_string(out, n.id);
  out.append(",\"type\":");
  append_event_string(out, n.type);
  out.append(",\"aggregate_type\":");
  append_event_string(out, n.aggregate);
  out.append(",\"additional_data\":{");
  for (std::size_t i = 0; i < n.details.size(); ++i) {
    if (i != 0) out.push_back(',');
    append_event_string(out, n.details[i].first);
    out.push_back(':');
    append_event_string(out, n.details[i].second);
  }
  out.append("},\"timestamp\":");
  append_number(out, n.time_ms);
  out.append(value_after_);
  // Debezium's converter makes CloudEvents of changes only, and nothing of all else.
  if (value_is_empty_) out.truncate(made.value_offset);
  end_record(buffer, made, context);
}

}  // namespace tidewire::event
