#include "transform/chain.hpp"

#include "base/startup_error.hpp"

#include <algorithm>
#include <map>

namespace tidewire::transform {
namespace {

using make_step = std::unique_ptr<step> (*)(const step_options& options);
using make_predicate = std::unique_ptr<predicate> (*)(const step_options& options);

template <auto Make, side Which>
std::unique_ptr<step> sided(const step_options& options) {
  return Make(options, Which);
}

const std::map<std::string_view, make_step>& step_makers() {
  constexpr side key = side::key, value = side::value;
  static const std::map<std::string_view, make_step> all = {
      {"io.debezium.transforms.ExtractNewRecordState", make_extract_new_record_state},
      {"io.debezium.transforms.ExtractChangedRecordState", make_extract_changed_record_state},
      {"io.debezium.transforms.partitions.PartitionRouting", make_partition_routing},
      {"io.debezium.transforms.TimezoneConverter", make_timezone_converter},
      {"io.debezium.transforms.ByLogicalTableRouter", make_by_logical_table_router},
      {"io.debezium.transforms.outbox.EventRouter", make_event_router},
      {"org.apache.kafka.connect.transforms.RegexRouter", make_regex_router},
      {"org.apache.kafka.connect.transforms.TimestampRouter", make_timestamp_router},
      {"org.apache.kafka.connect.transforms.InsertField$Key", sided<make_insert_field, key>},
      {"org.apache.kafka.connect.transforms.InsertField$Value", sided<make_insert_field, value>},
      {"org.apache.kafka.connect.transforms.ReplaceField$Key", sided<make_replace_field, key>},
      {"org.apache.kafka.connect.transforms.ReplaceField$Value", sided<make_replace_field, value>},
      {"org.apache.kafka.connect.transforms.MaskField$Key", sided<make_mask_field, key>},
      {"org.apache.kafka.connect.transforms.MaskField$Value", sided<make_mask_field, value>},
      {"org.apache.kafka.connect.transforms.TimestampConverter$Key",
       sided<make_timestamp_converter, key>},
      {"org.apache.kafka.connect.transforms.TimestampConverter$Value",
       sided<make_timestamp_converter, value>},
      {"org.apache.kafka.connect.transforms.ValueToKey", make_value_to_key},
      {"org.apache.kafka.connect.transforms.HoistField$Key", sided<make_hoist_field, key>},
      {"org.apache.kafka.connect.transforms.HoistField$Value", sided<make_hoist_field, value>},
      {"org.apache.kafka.connect.transforms.ExtractField$Key", sided<make_extract_field, key>},
      {"org.apache.kafka.connect.transforms.ExtractField$Value", sided<make_extract_field, value>},
      {"org.apache.kafka.connect.transforms.Cast$Key", sided<make_cast, key>},
      {"org.apache.kafka.connect.transforms.Cast$Value", sided<make_cast, value>},
      {"org.apache.kafka.connect.transforms.Flatten$Key", sided<make_flatten, key>},
      {"org.apache.kafka.connect.transforms.Flatten$Value", sided<make_flatten, value>},
      {"org.apache.kafka.connect.transforms.SetSchemaMetadata$Key",
       sided<make_set_schema_metadata, key>},
      {"org.apache.kafka.connect.transforms.SetSchemaMetadata$Value",
       sided<make_set_schema_metadata, value>},
      {"org.apache.kafka.connect.transforms.DropHeaders", make_drop_headers},
      {"org.apache.kafka.connect.transforms.InsertHeader", make_insert_header},
      {"org.apache.kafka.connect.transforms.HeaderFrom$Key", sided<make_header_from, key>},
      {"org.apache.kafka.connect.transforms.HeaderFrom$Value", sided<make_header_from, value>},
      {"org.apache.kafka.connect.transforms.Filter", make_filter},
  };
  return all;
}

const std::map<std::string_view, make_predicate>& predicate_makers() {
  static const std::map<std::string_view, make_predicate> all = {
      {"org.apache.kafka.connect.transforms.predicates.TopicNameMatches", make_topic_name_matches},
      {"org.apache.kafka.connect.transforms.predicates.HasHeaderKey", make_has_header_key},
      {"org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
       make_record_is_tombstone},
  };
  return all;
}

template <class Makers>
std::vector<std::string_view> names_of(const Makers& makers) {
  std::vector<std::string_view> names;
  for (const auto& one : makers) names.push_back(one.first);
  return names;
}

template <class Makers>
auto made(const definition& from, const Makers& makers) {
  const auto maker = makers.find(from.class_name);
  if (maker != makers.end()) return maker->second(step_options(from));
  if (from.class_name.empty()) throw startup_error(from.prefix + "type is not set");
  std::string known;
  for (const auto& one : makers) known.append(known.empty() ? "" : ", ").append(one.first);
  throw startup_error(from.prefix + "type=" + from.class_name +
                      " is not a known class; there are " + known);
}

}  // namespace

chain::chain(const std::vector<definition>& transforms,
             const std::vector<definition>& predicates,
             const std::vector<event_filter>& filters) {
  for (const event_filter& one : filters)
    links_.push_back(
        {.name = one.name, .what = make_pattern_filter(one), .when = nullptr, .negate = false});
  for (const definition& one : predicates) predicates_.push_back(made(one, predicate_makers()));
  for (const definition& one : transforms) {
    link next{
        .name = one.name, .what = made(one, step_makers()), .when = nullptr, .negate = one.negate};
    if (!one.predicate.empty()) {
      const auto found = std::ranges::find(predicates, one.predicate, &definition::name);
      if (found == predicates.end())
        throw startup_error(one.prefix + "predicate=" + one.predicate +
                            " is not one of debezium.predicates");
      next.when = predicates_[static_cast<std::size_t>(found - predicates.begin())].get();
    }
    links_.push_back(std::move(next));
  }
}

outcome chain::apply(record& r) const {
  for (const link& one : links_) {
    if (one.when != nullptr && one.when->test(r) == one.negate) continue;
    const outcome result = one.what->apply(r);
    if (result == outcome::kept) continue;
    if (result == outcome::failed) r.trouble.insert(0, "transform " + one.name + ": ");
    return result;
  }
  return outcome::kept;
}

bool chain::needs_content() const noexcept {
  return std::ranges::any_of(links_, [](const link& one) { return one.what->needs_content(); });
}

std::vector<std::string_view> transform_classes() {
  return names_of(step_makers());
}
std::vector<std::string_view> predicate_classes() {
  return names_of(predicate_makers());
}

}  // namespace tidewire::transform
