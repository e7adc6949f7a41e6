#include "transform/step.hpp"
#include "transform/struct_edit.hpp"

/// org.apache.kafka.connect.transforms.InsertField: members with the topic, the timestamp, or a
/// constant.
namespace tidewire::transform {
namespace {

/// `name`, `name?` (both optional) or `name!`.
struct insertion {
  std::string name;
  bool optional = true;

  explicit insertion(std::string text) : name(std::move(text)) {
    if (!name.ends_with('!') && !name.ends_with('?')) return;
    optional = name.back() == '?';
    name.pop_back();
  }
  bool wanted() const noexcept { return !name.empty(); }
};

class insert_field final : public step {
 public:
  insert_field(const step_options& options, side which)
      : which_(which),
        topic_(options.text("topic.field")),
        partition_(options.text("partition.field")),
        timestamp_(options.text("timestamp.field")),
        static_(options.text("static.field")),
        has_static_(options.has("static.value")),
        static_value_(json_string(options.text("static.value"))) {
    if (options.has("offset.field"))
      options.refuse("offset.field", "only a sink connector's records have an offset");
    if (partition_.wanted() && !partition_.optional)
      options.refuse("partition.field", "the records have no partition, so it cannot be required");
    if (static_.wanted() && !static_.optional && !has_static_)
      options.refuse("static.field", "it is required, and static.value is not set");
    if (!topic_.wanted() && !partition_.wanted() && !timestamp_.wanted() && !static_.wanted())
      options.required("static.field");
  }

  outcome apply(record& r) override {
    part& to = part_of(r, which_);
    if (to.content.null()) return outcome::kept;
    if (!to.structure()) return r.fail("InsertField works on structs only");
    if (timestamp_.wanted() && !timestamp_.optional && !r.timestamp_ms)
      return r.fail("InsertField: the record has no timestamp for the required field " +
                    timestamp_.name);
    take_defaults(to);
    schema_ptr shape = schemas_.of(
        to.shape, [this](const schema& from) { return shared(with_fields(from, fields())); });
    std::vector<value> made;
    if (topic_.wanted()) made.push_back(value::of(r.texts->keep(json_string(r.topic))));
    if (partition_.wanted()) made.emplace_back();
    if (timestamp_.wanted())
      made.push_back(r.timestamp_ms ? value::of(r.texts->keep(std::to_string(*r.timestamp_ms)))
                                    : value{});
    if (static_.wanted()) made.push_back(has_static_ ? value::of(static_value_) : value{});
    add_members(to, std::move(shape), std::move(made));
    return outcome::kept;
  }

 private:
  std::vector<field> fields() const {
    std::vector<field> out;
    if (topic_.wanted()) out.emplace_back(topic_.name, plain(type::string, topic_.optional));
    if (partition_.wanted()) out.emplace_back(partition_.name, plain(type::int32, true));
    if (timestamp_.wanted())
      out.emplace_back(
          timestamp_.name,
          logical(type::int64, timestamp_.optional, "org.apache.kafka.connect.data.Timestamp"));
    if (static_.wanted()) out.emplace_back(static_.name, plain(type::string, static_.optional));
    return out;
  }

  side which_;
  insertion topic_;
  insertion partition_;
  insertion timestamp_;
  insertion static_;
  bool has_static_;
  std::string static_value_;
  derived_schemas schemas_;
};

}  // namespace

std::unique_ptr<step> make_insert_field(const step_options& options, side which) {
  return std::make_unique<insert_field>(options, which);
}

}  // namespace tidewire::transform
