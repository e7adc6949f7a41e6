#include "event/names.hpp"
#include "transform/step.hpp"
#include "transform/struct_edit.hpp"
#include "transform/topic_names.hpp"

/// io.debezium.transforms.ByLogicalTableRouter: the events of several tables in one topic, told
/// apart by their keys.
namespace tidewire::transform {
namespace {

event::name_adjustment adjustment_of(const step_options& options) {
  const std::string mode =
      options.choice("schema.name.adjustment.mode", "none", {"none", "avro", "avro_unicode"});
  if (mode == "avro") return event::name_adjustment::avro;
  return mode == "none" ? event::name_adjustment::none : event::name_adjustment::avro_unicode;
}

class by_logical_table_router final : public step {
 public:
  explicit by_logical_table_router(const step_options& options)
      // In braces, as they are read in their order: where both are missing, the first is told.
      : topics_{options.required("topic.regex"),
                options.name_of("topic.regex"),
                options.required("topic.replacement"),
                options.name_of("topic.replacement")},
        unique_(options.flag("key.enforce.uniqueness", true)),
        key_field_(options.text("key.field.name", "__dbz__physicalTableIdentifier")),
        adjustment_(adjustment_of(options)) {
    if (options.text("key.field.regex").empty()) return;
    tables_.emplace(options.text("key.field.regex"),
                    options.name_of("key.field.regex"),
                    options.required("key.field.replacement"),
                    options.name_of("key.field.replacement"));
  }

  outcome apply(record& r) override {
    const auto& renamed = topics_.of(r.topic);
    if (!renamed || renamed->empty()) return outcome::kept;
    const std::string& topic = *renamed;
    if (!r.key.content.null()) {
      if (!r.key.structure()) return r.fail("ByLogicalTableRouter: the key is not a struct");
      schema_ptr shape =
          keys_.of(r.key.shape, [&](const schema& from) { return key_shape(from, topic); });
      take_defaults(r.key);
      std::vector<value> more;
      if (unique_) more.push_back(value::of(r.texts->keep(json_string(table_of(r.topic)))));
      add_members(r.key, std::move(shape), std::move(more));
    }
    if (is_envelope(r)) {
      take_defaults_of_rows(r.value);
      r.value.shape = envelopes_.of(
          r.value.shape, [&](const schema& from) { return envelope_shape(from, topic); });
    }
    r.topic = topic;
    return outcome::kept;
  }

 private:
  /// Points into what was given, or into what is known of it.
  std::string_view table_of(const std::string& topic) {
    if (!tables_) return topic;
    const auto& name = tables_->of(topic);
    return name ? *name : topic;
  }

  static void take_defaults_of_rows(part& envelope) {
    for (std::size_t i = 0; i < envelope.content.members.size(); ++i) {
      const field& one = envelope.shape->fields[i];
      value& row = envelope.content.members[i];
      if ((one.name != "before" && one.name != "after") || !row.structure()) continue;
      for (std::size_t column = 0; column < row.members.size(); ++column)
        take_default(*one.shape->fields[column].shape, row.members[column]);
    }
  }

  schema_ptr key_shape(const schema& from, const std::string& topic) const {
    schema made = from;
    made.initial.clear();
    made.name = event::adjust_schema_name(topic + ".Key", adjustment_);
    if (unique_) made.fields.emplace_back(key_field_, plain(type::string, false));
    return shared(std::move(made));
  }

  schema_ptr envelope_shape(const schema& from, const std::string& topic) const {
    schema made = from;
    made.name = event::adjust_schema_name(topic + ".Envelope", adjustment_);
    schema_ptr row;
    for (field& one : made.fields) {
      if (one.name != "before" && one.name != "after") continue;
      if (!row) {
        schema renamed = *one.shape;
        renamed.name = event::adjust_schema_name(topic + ".Value", adjustment_);
        row = shared(std::move(renamed));
      }
      one.shape = row;
    }
    return shared(std::move(made));
  }

  topic_names topics_;
  std::optional<topic_names> tables_;
  bool unique_;
  std::string key_field_;
  event::name_adjustment adjustment_;
  derived_schemas keys_;
  derived_schemas envelopes_;
};

}  // namespace

std::unique_ptr<step> make_by_logical_table_router(const step_options& options) {
  return std::make_unique<by_logical_table_router>(options);
}

}  // namespace tidewire::transform
